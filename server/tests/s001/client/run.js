// Runs TypeScript from the standard input: `node run.js URL KEY`. Types are checked, then taken away. The text may use `url`
// and `key`, and what it gives to `answer` is printed as JSON.
const fs = require('node:fs');
const path = require('node:path');
const ts = require('typescript');

const [, , url, key] = process.argv;
const text = fs.readFileSync(0, 'utf8');
const file = path.join(__dirname, 'client.ts');
const declared = 'declare const url: string; declare const key: string; declare function answer(value: unknown): void;\n';
fs.writeFileSync(file, declared + 'export {};\n' + text);

const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022, strict: true, noEmit: true, types: [] };
const found = ts.getPreEmitDiagnostics(ts.createProgram([file], { ...options, lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'] }));
for (const one of found) console.error(ts.flattenDiagnosticMessageText(one.messageText, '\n'));
if (found.length > 0) process.exit(1);

const script = ts.transpileModule(text, { compilerOptions: options }).outputText;
const Async = Object.getPrototypeOf(async () => {}).constructor;
const answer = (value) => console.log(JSON.stringify(value));
new Async('url', 'key', 'answer', script)(url, key, answer).catch((error) => {
  console.error(error);
  process.exit(1);
});
