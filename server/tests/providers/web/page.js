// In the browser: the published web provider, which asks once and again whenever the stream says so.
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk';

const client = OpenFeature.getClient();
const changed = [];
client.addHandler(ProviderEvents.ConfigurationChanged, ({ flagsChanged }) => changed.push(flagsChanged));
const statuses = [];
const spied = window.fetch;
window.fetch = async (...request) => {
  const answer = await spied(...request);
  statuses.push(answer.status);
  return answer;
};

function short({ value, variant, reason, errorCode, flagMetadata }) {
  return { value, variant, reason, errorCode, owner: flagMetadata?.owner };
}

window.begin = async (baseUrl, key, context) => {
  await OpenFeature.setContext(context);
  await OpenFeature.setProviderAndWait(new OFREPWebProvider({ baseUrl, headers: [['X-API-Key', key]] }));
};
window.setContext = (context) => OpenFeature.setContext(context);
window.read = () => ({
  switch: short(client.getBooleanDetails('switch', false)),
  text: short(client.getStringDetails('text', 'none')),
  integer: short(client.getNumberDetails('integer', -1)),
  float: short(client.getNumberDetails('float', -1)),
  object: short(client.getObjectDetails('object', {})),
  disabled: short(client.getBooleanDetails('disabled', true)),
  missing: short(client.getBooleanDetails('missing', true)),
  'a/b': short(client.getBooleanDetails('a/b', false)),
  changed,
  statuses,
});
