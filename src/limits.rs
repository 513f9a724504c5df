//! The limits of one engine, as a value that every consumer spends from.

/// What the engine accepts and how much work one call may cost.
///
/// Exceeding a limit is an error with a sentence, never a panic. The defaults are those of the module's contract
/// (`ARCHITECTURE.md`, "Limits"); they are the same in the native crate and in the module, so that both answer alike.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Bytes of a flag document.
    pub(crate) document: usize,
    /// Bytes of an evaluation context.
    pub(crate) context: usize,
    /// Bytes of a flag key.
    pub(crate) key: usize,
    /// Nested arrays and objects in any JSON text.
    pub(crate) depth: u32,
    /// `$ref` hops from a flag to the last evaluator.
    pub(crate) hops: u32,
    /// Operator applications of one evaluation.
    pub(crate) steps: u32,
    /// Bytes of one value that a rule builds; a list counts 16 bytes an item.
    pub(crate) built: usize,
    /// Findings that a report lists.
    pub(crate) findings: usize,
    /// Bytes of the JSON text of a bare rule's result.
    pub(crate) result: usize,
    /// Bytes of the JSON text of all answers, each of which repeats the flag set's metadata.
    pub(crate) bulk: usize,
}

impl Limits {
    pub(crate) const STANDARD: Self = Self {
        document: 100 << 20,
        context: 1 << 20,
        key: 64 << 10,
        depth: 128,
        hops: 64,
        steps: 1_000_000,
        built: 1 << 20,
        findings: 100,
        result: 16 << 20,
        bulk: 256 << 20,
    };
}
