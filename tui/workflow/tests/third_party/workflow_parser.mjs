// Says what GitHub's own parser of workflow files thinks of texts.
//
// stdin: a JSON array of YAML texts. stdout: for each text, an array of its errors, each `{ message, line?, column? }`.
// HELLO_THIRD_PARTY_WORKFLOW_PARSER names the folder that holds node_modules.

import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// The package imports its schema without the attribute that Node.js asks for, so JSON is loaded as a module here.
const hook = `
  import { readFile } from 'node:fs/promises';
  export async function load(url, context, next) {
    if (!url.endsWith('.json')) return next(url, context);
    return { format: 'module', shortCircuit: true, source: 'export default ' + await readFile(new URL(url), 'utf8') };
  }`;
register('data:text/javascript,' + encodeURIComponent(hook));

const modules = join(process.env.HELLO_THIRD_PARTY_WORKFLOW_PARSER, 'node_modules', '@actions');
const load = path => import(pathToFileURL(join(modules, path)));
const { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } = await load('workflow-parser/dist/index.js');
const { TemplateContext, TemplateValidationErrors } = await load('workflow-parser/dist/templates/template-context.js');
const { getWorkflowSchema } = await load('workflow-parser/dist/workflows/workflow-schema.js');
const { FeatureFlags } = await load('expressions/dist/features.js');

async function errorsOf(content) {
  const context = new TemplateContext(new TemplateValidationErrors(), getWorkflowSchema(), new NoOperationTraceWriter());
  const featureFlags = new FeatureFlags({ all: true });
  context.state.featureFlags = featureFlags;
  const parsed = parseWorkflow({ name: 'a.yaml', content }, context);
  if (parsed.value !== undefined) {
    await convertWorkflowTemplate(context, parsed.value, undefined, { featureFlags });
  }
  return context.errors.getErrors().map(error => ({
    message: error.rawMessage ?? error.message,
    line: error.range?.start.line,
    column: error.range?.start.column,
  }));
}

const texts = JSON.parse(readFileSync(0, 'utf8'));
const all = [];
for (const text of texts) all.push(await errorsOf(text));
process.stdout.write(JSON.stringify(all));
