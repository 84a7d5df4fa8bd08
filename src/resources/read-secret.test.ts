import { expect, test } from 'vitest'
import { readManifest } from '../../test/support/read-manifest.ts'
import { formatDiagnostic } from '../diagnostics/diagnostic.ts'
import { readDocument } from './read-document.ts'

test('decodes data, line breaks included, and lets stringData win', () => {
  const { resources, findings } = readManifest(`apiVersion: v1
kind: Secret
metadata: { name: a }
type: example.com/any
data:
  one: aGVs
  two: |
    aGVs
    bG8=
  both: aGVs
  bad: "not base64"
  bad-padding: aGVsb
stringData:
  both: plain
`)
  const secret = resources.secrets.get('default/a')!
  expect(secret.type).toBe('example.com/any')
  expect([...secret.data].map(([key, { bytes }]) => [key, bytes.toString()])).toEqual([
    ['one', 'hel'],
    ['two', 'hello'],
    ['both', 'plain'],
  ])
  expect(findings).toEqual(['11:8 error data-invalid', '12:16 error data-invalid'])
})

test('keeps the data of a Secret whose type is none', () => {
  const { resources, findings } = readManifest(
    'apiVersion: v1\nkind: Secret\nmetadata: { name: a }\ntype: [x]\ndata: { one: aGVs }\n',
  )
  expect(resources.secrets.get('default/a')).toMatchObject({ type: 'Opaque' })
  expect(findings).toEqual(['4:7 error field-type'])
})

test('warns about a TLS Secret without its pair', () => {
  const secret = (data: string) =>
    readManifest(
      `apiVersion: v1\nkind: Secret\nmetadata: { name: a }\ntype: kubernetes.io/tls\ndata: ${data}`,
    ).findings
  expect(secret('{ tls.crt: aGk=, tls.key: "" }')).toEqual([])
  expect(secret('{ tls.crt: aGk= }')).toEqual(['1:1 warning field-missing'])
})

test('never shows a value in a message', () => {
  const text =
    'apiVersion: v1\nkind: Secret\nmetadata: { name: a }\ndata: { a: "hunter2!", b: [hunter2] }\nstringData: { c: 42424242, d: [hunter2] }\n'
  const { diagnostics } = readDocument({ file: 'a.yaml', text, startLine: 1 })
  expect(diagnostics).toHaveLength(4)
  expect(diagnostics.map(formatDiagnostic).join('\n')).not.toMatch(/hunter2|4242/)
})
