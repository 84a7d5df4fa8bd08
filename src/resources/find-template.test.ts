import { expect, it } from 'vitest'
import { findTemplate } from './find-template.ts'
import { parseYaml } from './parse-yaml.ts'

/** What stands where the sign was found. */
function signIn(text: string): string | undefined {
  const offset = findTemplate(text, parseYaml(text))
  return offset === undefined ? undefined : text.slice(offset).split('\n')[0]
}

it.each([
  ['a line of its own', '{{- if .Values.a }}\nkind: Ingress\n{{- end }}\n', '{{- if .Values.a }}'],
  [
    'what is included',
    'metadata:\n  labels:\n    {{- include "l" . | nindent 4 }}\n',
    '{{- include "l" . | nindent 4 }}',
  ],
  [
    'a value that YAML takes for a mapping',
    'kind: Ingress\nspec: {a: {{ .Values.b }}}\n',
    '{{ .Values.b }}}',
  ],
  [
    'the name of an object',
    'kind: Ingress\nmetadata:\n  name: "{{ .Release.Name }}"\n',
    '"{{ .Release.Name }}"',
  ],
  ['other languages', '{% if a %}\na: b\n{% endif %}\n', '{% if a %}'],
])('knows a template by %s', (_, text, sign) => {
  expect(signIn(text)).toBe(sign)
})

it.each([
  [
    'dashboards in a block',
    'kind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: |\n    {{ foo }}\n    {{- bar }}\n',
  ],
  ['other values in quotes', 'kind: Ingress\nmetadata: {name: a, annotations: {x: "{{ y }}"}}\n'],
  ['names of kinds that are not read', 'kind: Workflow\nmetadata: {name: "{{workflow.name}}"}\n'],
  ['a mapping as a key', 'a: {{b: c}: d}\n'.replace('{{b', '{ {b')],
  ['a break elsewhere', 'a: "{{ x }}"\nb: [\n'],
])('takes no text for a template because of %s', (_, text) => {
  expect(signIn(text)).toBeUndefined()
})
