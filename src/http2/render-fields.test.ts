import { expect, test } from 'vitest'
import { renderFieldObject, renderFields } from './render-fields.ts'

test('names go in lower case and in their order, without what concerns a connection', () => {
  const fields = [':status', '200']
  renderFields(
    'X-A: 1\r\nConnection: close\r\nSet-Cookie: a\r\nset-cookie: b:c\r\nTransfer-Encoding: chunked\r\nX-B:\r\nX-C:caf\xc3\xa0\r\n',
    fields,
  )
  expect(fields).toEqual([
    ':status',
    '200',
    'x-a',
    '1',
    'set-cookie',
    'a',
    'set-cookie',
    'b:c',
    'x-b',
    '',
    'x-c',
    'caf\xc3\xa0',
  ])
})

test('as an object, what is said more than once is a list', () => {
  const lines = 'Link: </a>\r\nlink: </b>\r\nLINK: </c>\r\n__proto__: x\r\n'
  expect(Object.entries(renderFieldObject(lines))).toEqual([
    ['link', ['</a>', '</b>', '</c>']],
    ['__proto__', 'x'],
  ])
})
