import { expect, test } from 'vitest'
import { formatDiagnostic } from './diagnostic.ts'

const document = { file: 'a.yaml', text: '---\nkind: Ingress\nspec: 5\n', startLine: 11 }

test('formats a finding as file:line:column severity code object: message', () => {
  const place = { document, offset: document.text.indexOf('5') }
  expect(
    formatDiagnostic({
      severity: 'error',
      code: 'field-type',
      place,
      object: 'Ingress a/b',
      message: 'spec is 5',
    }),
  ).toBe('a.yaml:13:7 error field-type Ingress a/b: spec is 5')
})

test('keeps to one line and hides control characters from terminals', () => {
  const line = formatDiagnostic({
    severity: 'error',
    code: 'host-invalid',
    place: undefined,
    object: '',
    message: 'host "a\n\u001b[2Jb"',
  })
  expect(line).toBe('- error host-invalid host "a\\x0a\\x1b[2Jb"')
})
