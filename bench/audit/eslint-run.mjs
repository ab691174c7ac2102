// ESLint over a folder with the rules of a plugin, as the audit runs it: node eslint-run.mjs PLUGIN RULES FOLDER
import { pathToFileURL } from 'node:url';
import { ESLint } from 'eslint';

const [pluginFile, names, folder] = process.argv.slice(2);
const { default: plugin } = await import(pathToFileURL(pluginFile).href);
const eslint = new ESLint({
  cwd: folder,
  overrideConfigFile: true,
  ignore: false,
  overrideConfig: [
    {
      files: ['**/*.js'],
      plugins: { plimsoll: plugin },
      languageOptions: { sourceType: 'commonjs' },
      rules: Object.fromEntries(names.split(',').map((name) => [`plimsoll/${name}`, 'warn'])),
    },
  ],
});
const results = await eslint.lintFiles(['.']);
const messages = results.flatMap(({ messages }) => messages);
console.log(JSON.stringify({ files: results.length, findings: messages.filter(({ ruleId }) => ruleId).length }));
