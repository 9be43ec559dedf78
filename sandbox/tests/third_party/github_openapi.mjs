// Calls every route of the sandbox's GitHub and checks each response against GitHub's own OpenAPI description.
// Usage: node github_openapi.mjs FOLDER URL, where FOLDER contains `node_modules`.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, url] = process.argv.slice(2);
const require = createRequire(join(folder, 'package.json'));
const Ajv = require('ajv');
const addFormats = require('ajv-formats');
const description = require('@octokit/openapi/generated/api.github.com.json');

/** Turns the `nullable` of OpenAPI 3.0 into JSON Schema, in place. */
function withNull(schema) {
  if (schema === null || typeof schema !== 'object') return schema;
  for (const key of Object.keys(schema)) schema[key] = withNull(schema[key]);
  if (schema.nullable !== true) return schema;
  delete schema.nullable;
  return { anyOf: [schema, { type: 'null' }] };
}

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true, logger: false });
addFormats(ajv);
ajv.addSchema({ $id: 'github', components: { schemas: withNull(description.components.schemas) } });
const validators = new Map();

function validator(schema) {
  const text = JSON.stringify(withNull(structuredClone(schema)));
  if (!validators.has(text)) {
    validators.set(text, ajv.compile(JSON.parse(text.replaceAll('"#/components/', '"github#/components/'))));
  }
  return validators.get(text);
}

const failures = [];
const called = new Set();
let checked = 0;

function resolve(object) {
  if (!object?.$ref) return object;
  return object.$ref.slice(2).split('/').reduce((found, part) => found[part], description);
}

/** Sends a request, checks the response against the description, and returns the body. */
async function call(method, template, { params = {}, query = '', body, status = 200, headers = {} } = {}) {
  const all = { owner: 'hello-truck', repo: 'hello-truck', ...params };
  const path = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(all[name]).replaceAll('%2F', '/'));
  const init = { method, headers: { authorization: 'Bearer x', ...headers }, redirect: 'manual' };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers['content-type'] = 'application/json';
  }
  const response = await fetch(`${url}${path}${query}`, init);
  const text = await response.text();
  const where = `${method} ${template}${query} (${response.status})`;
  called.add(`${method} ${template}`);
  if (response.status !== status) failures.push(`${where}: expected ${status}: ${text.slice(0, 300)}`);
  const operation = description.paths[template]?.[method.toLowerCase()];
  const described = resolve(operation?.responses[String(response.status)]);
  if (!operation) failures.push(`${where}: GitHub has no such operation`);
  else if (described?.content) check(where, described.content['application/json'], text);
  else if (described && text !== '' && response.status < 300) failures.push(`${where}: the body should be empty`);
  return text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text;
}

function check(where, content, text) {
  if (!content?.schema) return;
  const validate = validator(content.schema);
  checked += 1;
  if (validate(JSON.parse(text))) return;
  for (const error of validate.errors.slice(0, 8)) {
    failures.push(`${where}: ${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
  }
}

const repo = '/repos/{owner}/{repo}';
const actions = `${repo}/actions`;
const runs = async (query) =>
  (await call('GET', `${actions}/runs`, { query: `?per_page=100&${query}` })).workflow_runs;
const clock = async (advance) => {
  const headers = { 'content-type': 'application/json' };
  await fetch(`${url}/_sandbox/clock`, { method: 'POST', headers, body: JSON.stringify({ advance }) });
};

async function repository() {
  await call('GET', repo);
  await call('GET', '/user');
  await call('GET', '/rate_limit');
  const branches = await call('GET', `${repo}/branches`);
  await call('GET', `${repo}/contents/{path}`, { params: { path: '.github/workflows' } });
  await call('GET', `${repo}/contents/{path}`, { params: { path: '.github/workflows/deploy.yaml' } });
  await call('GET', `${repo}/contents/{path}`, { params: { path: 'missing' }, status: 404 });
  const [main, other] = branches;
  await call('GET', `${repo}/commits/{ref}`, { params: { ref: main.name } });
  const basehead = `${main.name}...${other.name}`;
  await call('GET', `${repo}/compare/{basehead}`, { params: { basehead } });
  const pulls = await call('GET', `${repo}/pulls`);
  for (const pull of pulls.slice(0, 3)) {
    const params = { pull_number: pull.number };
    await call('GET', `${repo}/pulls/{pull_number}`, { params });
    await call('GET', `${repo}/pulls/{pull_number}/files`, { params });
    await call('GET', `${repo}/commits/{commit_sha}/pulls`, { params: { commit_sha: pull.head.sha } });
  }
}

async function workflows() {
  const listed = await call('GET', `${actions}/workflows`);
  for (const { id } of listed.workflows) {
    await call('GET', `${actions}/workflows/{workflow_id}`, { params: { workflow_id: id } });
    await call('GET', `${actions}/workflows/{workflow_id}/runs`, { params: { workflow_id: id } });
  }
  const params = { workflow_id: 'fleet-checks.yaml' };
  await call('PUT', `${actions}/workflows/{workflow_id}/disable`, { params, status: 204 });
  await call('PUT', `${actions}/workflows/{workflow_id}/enable`, { params, status: 204 });
  const body = { ref: 'main', inputs: { region: 'x' }, return_run_details: true };
  const dispatches = `${actions}/workflows/{workflow_id}/dispatches`;
  const started = await call('POST', dispatches, { params, body });
  await call('POST', dispatches, { params, body: { ...body, return_run_details: false }, status: 204 });
  return started.workflow_run_id;
}

async function oneRun(run) {
  const params = { run_id: run.id, attempt_number: run.run_attempt };
  await call('GET', `${actions}/runs/{run_id}`, { params });
  await call('GET', `${actions}/runs/{run_id}/attempts/{attempt_number}`, { params });
  await call('GET', `${actions}/runs/{run_id}/attempts/{attempt_number}/jobs`, { params });
  await call('GET', `${actions}/runs/{run_id}/pending_deployments`, { params });
  await call('GET', `${actions}/runs/{run_id}/approvals`, { params });
  const { artifacts } = await call('GET', `${actions}/runs/{run_id}/artifacts`, { params });
  for (const artifact of artifacts) {
    await call('GET', `${actions}/artifacts/{artifact_id}`, { params: { artifact_id: artifact.id } });
    const zip = { params: { artifact_id: artifact.id, archive_format: 'zip' }, status: artifact.expired ? 410 : 302 };
    await call('GET', `${actions}/artifacts/{artifact_id}/{archive_format}`, zip);
  }
  const { jobs } = await call('GET', `${actions}/runs/{run_id}/jobs`, { params, query: '?filter=all' });
  for (const job of jobs) {
    await call('GET', `${actions}/jobs/{job_id}`, { params: { job_id: job.id } });
    const check = { check_run_id: job.id };
    await call('GET', `${repo}/check-runs/{check_run_id}/annotations`, { params: check });
  }
}

async function environments() {
  const listed = await call('GET', `${repo}/environments`);
  for (const { name } of listed.environments.filter(({ name }) => !name.includes('/'))) {
    await call('GET', `${repo}/environments/{environment_name}`, { params: { environment_name: name } });
  }
  const deployments = await call('GET', `${repo}/deployments`);
  for (const { id } of deployments.slice(0, 5)) {
    await call('GET', `${repo}/deployments/{deployment_id}`, { params: { deployment_id: id } });
    await call('GET', `${repo}/deployments/{deployment_id}/statuses`, { params: { deployment_id: id } });
  }
}

async function changes(started) {
  const [waiting] = (await runs('status=waiting')).filter(({ name }) => name === 'Fleet checks');
  const params = { run_id: waiting.id };
  const [pending] = await call('GET', `${actions}/runs/{run_id}/pending_deployments`, { params });
  const body = { environment_ids: [pending.environment.id], state: 'approved', comment: 'yes' };
  await call('POST', `${actions}/runs/{run_id}/pending_deployments`, { params, body });
  await call('GET', `${actions}/runs/{run_id}/approvals`, { params });
  const [fork] = await runs('status=action_required');
  await call('POST', `${actions}/runs/{run_id}/approve`, { params: { run_id: fork.id }, status: 201 });
  await call('POST', `${actions}/runs/{run_id}/approve`, { params: { run_id: fork.id }, status: 403 });
  await clock('60s');
  await call('POST', `${actions}/runs/{run_id}/cancel`, { params: { run_id: started }, status: 202 });
  await clock('60s');
  await call('POST', `${actions}/runs/{run_id}/force-cancel`, { params: { run_id: started }, status: 409 });
  const [failed, other, third] = await runs('status=failure&event=push');
  const { jobs } = await call('GET', `${actions}/runs/{run_id}/jobs`, { params: { run_id: failed.id } });
  await call('GET', `${actions}/jobs/{job_id}/logs`, { params: { job_id: jobs[0].id }, status: 302 });
  await call('GET', `${actions}/runs/{run_id}/logs`, { params: { run_id: failed.id }, status: 302 });
  await call('POST', `${actions}/jobs/{job_id}/rerun`, { params: { job_id: jobs[1].id }, status: 201 });
  await call('POST', `${actions}/jobs/{job_id}/rerun`, { params: { job_id: jobs[0].id }, status: 403 });
  const debug = { enable_debug_logging: true };
  await call('POST', `${actions}/runs/{run_id}/rerun`, { params: { run_id: other.id }, body: debug, status: 201 });
  await call('POST', `${actions}/runs/{run_id}/rerun-failed-jobs`, { params: { run_id: third.id }, status: 201 });
}

await repository();
const started = await workflows();
const all = await runs('');
const kinds = new Set(['LintAndTest', 'Docker Build and Deploy with CloudFormation']);
for (const run of all.filter(({ name }, place) => place % 10 === 0 || !kinds.has(name))) {
  await oneRun(run);
}
await environments();
await changes(started);

for (const failure of new Set(failures)) console.error(failure);
console.log(`${called.size} operations called, ${checked} responses checked, ${failures.length} failures`);
process.exit(failures.length === 0 && checked > 100 ? 0 : 1);
