// The part of SARIF 2.1.0's JSON Schema that speaks of what `check -o sarif` prints, after the schema that OASIS publishes
// (oasis-tcs/sarif-spec, sarif-schema-2.1.0.json): the same types and requirements, and no property that it does not have.
import { Ajv } from 'ajv'

const text = { type: 'string' }
const uri = { type: 'string', pattern: "^[a-z][a-z0-9+.-]*:[\\w.~:/?#[\\]@!$&'()*+,;=%-]*$" }
const uriReference = { type: 'string', pattern: "^(?:[\\w.~:/?#[\\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$" }
const position = { type: 'integer', minimum: 1 }
const index = { type: 'integer', minimum: -1 }
const level = { enum: ['none', 'note', 'warning', 'error'] }

const message = anyOf(closed({ text, markdown: text, id: text }), 'text', 'id')
const shownText = closed({ text, markdown: text }, 'text')
const artifactLocation = closed({ uri: uriReference, uriBaseId: text, index, description: message })
const region = closed({ startLine: position, startColumn: position, endLine: position, endColumn: position })
const physicalLocation = closed({ artifactLocation, region }, 'artifactLocation')
const location = closed({ physicalLocation, message })
const rule = closed(
  {
    id: text,
    name: text,
    shortDescription: shownText,
    fullDescription: shownText,
    help: shownText,
    helpUri: uri,
    defaultConfiguration: closed({ enabled: { type: 'boolean' }, level }),
  },
  'id',
)
const driver = closed(
  { name: text, version: text, informationUri: uri, rules: { ...list(rule), uniqueItems: true } },
  'name',
)
const result = closed(
  { ruleId: text, ruleIndex: index, level, message, locations: { ...list(location), minItems: 1 } },
  'message',
)
const ruleReference = anyOf(closed({ id: text, index }), 'id', 'index')
const notification = closed({ level, message, associatedRule: ruleReference }, 'message')
const invocation = closed(
  { executionSuccessful: { type: 'boolean' }, toolConfigurationNotifications: list(notification) },
  'executionSuccessful',
)
const run = closed(
  {
    tool: closed({ driver }, 'driver'),
    columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
    originalUriBaseIds: { type: 'object', additionalProperties: artifactLocation },
    results: list(result),
    invocations: list(invocation),
  },
  'tool',
)

/** Whether a value is a SARIF log as far as Portico's go; `errors` says what is wrong. Each result needs a place, as GitHub asks. */
export const isSarif = new Ajv({ allErrors: true, strict: false }).compile(
  closed({ $schema: uri, version: { const: '2.1.0' }, runs: list(run) }, 'version', 'runs'),
)

function closed(properties: Record<string, object>, ...required: string[]): object {
  return { type: 'object', additionalProperties: false, properties, required }
}

function anyOf(schema: object, ...alternatives: string[]): object {
  return { ...schema, anyOf: alternatives.map(name => ({ required: [name] })) }
}

function list(items: object): object {
  return { type: 'array', items }
}
