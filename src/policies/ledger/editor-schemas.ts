// JSON Schemas (draft-07, which YAML language servers read) that complete, explain and check annotations and ConfigMap keys in an
// editor. Made from the ledger; never stricter than `portico check`, which has the last word.
import { nginxPrefix, porticoPrefix } from '../define-policy.ts'
import { annotationLedger, configLedger, type LedgerEntry, statusMeanings } from './ledger.ts'

/** Part of a JSON Schema. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

/** The schemas there are, by the name that commands and files call them. */
export const editorSchemas: Readonly<Record<'manifests' | 'configmap', () => JsonSchema>> = {
  manifests: manifestSchema,
  configmap: configMapSchema,
}

const draft = 'http://json-schema.org/draft-07/schema#'

/** For files with any objects: says something about Ingresses and Services only. */
function manifestSchema(): JsonSchema {
  const entries = annotationLedger()
  const ofServices = entries.filter(({ on }) => on.includes('Service'))
  const ofIngresses = entries.filter(({ on }) => on !== 'Service')
  return {
    $schema: draft,
    title: 'Annotations of Ingresses and Services, as Portico obeys them',
    allOf: [
      forKind('Ingress', 'networking.k8s.io/v1', { ...propertiesOf(ofIngresses), ...unknownNames(entries) }),
      forKind('Service', 'v1', propertiesOf(ofServices)),
    ],
  }
}

/** For the file with ingress-nginx's ConfigMap alone: other ConfigMaps may use the same keys for something else. */
function configMapSchema(): JsonSchema {
  const data = { type: 'object', ...propertiesOf(configLedger()) }
  return {
    $schema: draft,
    title: "Keys of ingress-nginx's ConfigMap, as Portico obeys them",
    if: { properties: { kind: { const: 'ConfigMap' } }, required: ['kind'] },
    // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's word
    then: { properties: { data } },
  }
}

function forKind(kind: string, apiVersion: string, annotations: JsonSchema): JsonSchema {
  const metadata = { type: 'object', properties: { annotations: { type: 'object', ...annotations } } }
  return {
    if: {
      properties: { kind: { const: kind }, apiVersion: { const: apiVersion } },
      required: ['kind', 'apiVersion'],
    },
    // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's word
    then: { properties: { metadata } },
  }
}

function propertiesOf(entries: readonly LedgerEntry[]): JsonSchema {
  return {
    properties: Object.fromEntries(entries.map(entry => [entry.name, schemaOf(entry)])),
    additionalProperties: { type: 'string' },
  }
}

/** Names with a prefix that somebody here answers for, and that nobody knows. */
function unknownNames(entries: readonly LedgerEntry[]): JsonSchema {
  const known = (prefix: string) =>
    entries
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ name }) => name.slice(prefix.length))
      .join('|')
  const patterns = [nginxPrefix, porticoPrefix].map(prefix => {
    const text = prefix.replaceAll('.', '\\.').replaceAll('/', '\\/')
    return [`^${text}(?!(?:${known(prefix)})$)`, false]
  })
  return { patternProperties: Object.fromEntries(patterns) }
}

function schemaOf(entry: LedgerEntry): JsonSchema {
  const isObeyed = entry.policy !== ''
  return {
    type: 'string',
    ...formOf(entry),
    ...(entry.default === '' ? {} : { default: entry.default }),
    description: entry.meaning,
    markdownDescription: describe(entry),
    // Read by the language servers of VS Code and by yaml-language-server; others pass over it.
    ...(isObeyed ? {} : { deprecationMessage: [entry.meaning, entry.instead].filter(Boolean).join(' ') }),
  }
}

/** Which texts are taken. The empty one always is: it means that nothing is written. */
function formOf({ choices, pattern }: LedgerEntry): JsonSchema {
  const words = choices.length === 0 ? [] : [{ enum: choices }]
  const texts = pattern === '' ? [] : [{ pattern }]
  return words.length + texts.length === 0 ? {} : { anyOf: [...words, ...texts, { maxLength: 0 }] }
}

function describe({
  status,
  meaning,
  differs,
  type,
  default: usual,
  badValue,
  instead,
}: LedgerEntry): string {
  const parts = [meaning]
  if (differs !== '') parts.push(`**Differs from ingress-nginx:** ${differs}`)
  if (instead !== '') parts.push(`**Instead:** ${instead}`)
  const facts = [
    type === '' ? '' : `Type: ${type}`,
    usual === '' ? '' : `default: \`${usual}\``,
    badValue === '' ? '' : `a bad value: ${badValue}`,
  ].filter(Boolean)
  if (facts.length > 0) parts.push(`${facts.join('; ')}.`)
  parts.push(`*${status}*: ${statusMeanings[status]}.`)
  return parts.join('\n\n')
}
