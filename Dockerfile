# The flag service as one binary. Everything that it keeps is in /data.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /build
COPY . .
RUN cargo build --locked --release --package burgee-cli

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --create-home --home-dir /data burgee
COPY --from=build /build/target/release/burgee /usr/local/bin/burgee
USER burgee
VOLUME /data
ENV HOST=0.0.0.0 PORT=8080 BURGEE_DATA=/data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s CMD ["burgee", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["burgee"]
CMD ["serve"]
