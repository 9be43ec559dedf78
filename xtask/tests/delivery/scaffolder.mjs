// Validates templates with Backstage's scaffolder: reads a JSON array of YAML texts from stdin, and writes a JSON array
// with `null` or an error message for each.
// HELLO_THIRD_PARTY_DELIVERY_NODE names the folder that contains node_modules.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.env.HELLO_THIRD_PARTY_DELIVERY_NODE, 'index.js'));
const { templateEntityV1beta3Validator } = require('@backstage/plugin-scaffolder-common');
const { parse } = require('yaml');

async function judge(text) {
  try {
    return (await templateEntityV1beta3Validator.check(parse(text))) ? null : 'this is no template of version v1beta3';
  } catch (error) {
    return String(error.message);
  }
}

process.stdout.write(JSON.stringify(await Promise.all(JSON.parse(readFileSync(0, 'utf8')).map(judge))));
