// Evaluates flags through the published provider for Node: `program.js URL KEY`. Each line that is read is a context as JSON,
// and is answered by a line with what each flag is.
import { createInterface } from 'node:readline';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature } from '@openfeature/server-sdk';

const [baseUrl, key] = process.argv.slice(2);
await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl, headers: [['X-API-Key', key]] }));
const client = OpenFeature.getClient();

function short({ value, variant, reason, errorCode, flagMetadata }) {
  return { value, variant, reason, errorCode, owner: flagMetadata?.owner };
}

for await (const line of createInterface({ input: process.stdin })) {
  const context = JSON.parse(line);
  const flags = {
    switch: short(await client.getBooleanDetails('switch', false, context)),
    text: short(await client.getStringDetails('text', 'none', context)),
    integer: short(await client.getNumberDetails('integer', -1, context)),
    float: short(await client.getNumberDetails('float', -1, context)),
    object: short(await client.getObjectDetails('object', {}, context)),
    disabled: short(await client.getBooleanDetails('disabled', true, context)),
    missing: short(await client.getBooleanDetails('missing', true, context)),
    'a/b': short(await client.getBooleanDetails('a/b', false, context)),
  };
  console.log(JSON.stringify(flags));
}
