// Says what Backstage's own model thinks of descriptors, in the order in which its catalog asks.
//
// stdin: a JSON array of YAML texts. stdout: for each text, an array with one entry per document that is not empty:
// { verdict: "valid" | "foreign" | "invalid", reason?, relations?: [[type, ref]] }.
// HELLO_THIRD_PARTY_NODE_MODULES names the folder that holds node_modules.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.env.HELLO_THIRD_PARTY_NODE_MODULES, 'index.js'));
const model = require('@backstage/catalog-model');
const { compileCatalogModel, defaultCatalogEntityModel } = require('@backstage/catalog-model/alpha');
const { parseAllDocuments } = require('yaml');

const envelope = model.entityEnvelopeSchemaValidator();
const policies = model.EntityPolicies.allOf([
  new model.SchemaValidEntityPolicy(),
  new model.DefaultNamespaceEntityPolicy(),
  new model.NoForeignRootFieldsEntityPolicy(),
  new model.FieldFormatEntityPolicy(),
]);
const kinds = Object.entries(model)
  .filter(([name]) => name.endsWith('EntityV1alpha1Validator'))
  .map(([, validator]) => validator);
const compiled = compileCatalogModel([defaultCatalogEntityModel]);

// Stands in for what a placeholder's target would hold.
function withoutPlaceholders(value) {
  if (Array.isArray(value)) return value.map(withoutPlaceholders);
  if (value === null || typeof value !== 'object') return value;
  const keys = Object.keys(value);
  if (keys.length === 1 && ['$text', '$json', '$yaml'].includes(keys[0])) return `what lies at ${value[keys[0]]}`;
  return Object.fromEntries(keys.map(key => [key, withoutPlaceholders(value[key])]));
}

function relationsOf(entity) {
  const kind = compiled.getKind({ kind: entity.kind, apiVersion: entity.apiVersion, spec: entity.spec });
  return kind.relationFields.flatMap(field => {
    const value = field.path.split('.').reduce((object, key) => object?.[key], entity);
    return (value ? [value].flat() : []).map(ref => {
      const target = model.parseEntityRef(ref, {
        defaultKind: field.defaultKind,
        defaultNamespace: entity.metadata.namespace,
      });
      return [field.relation, model.stringifyEntityRef(target)];
    });
  });
}

async function judge(document) {
  if (document.errors.length > 0) throw document.errors[0];
  const json = document.toJSON();
  if (json === null) return undefined;
  if (typeof json !== 'object' || Array.isArray(json)) throw new Error(`expected object at root, got ${typeof json}`);
  const entity = await policies.enforce(withoutPlaceholders(envelope(json)));
  for (const kind of kinds) {
    if (await kind.check(entity)) return { verdict: 'valid', relations: relationsOf(entity) };
  }
  return { verdict: 'foreign' };
}

async function verdicts(text) {
  const documents = parseAllDocuments(text, { merge: false });
  const told = await Promise.all(
    [...documents].map(document =>
      judge(document).catch(error => ({ verdict: 'invalid', reason: String(error.message) })),
    ),
  );
  return told.filter(verdict => verdict !== undefined);
}

const texts = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(await Promise.all(texts.map(verdicts))));
