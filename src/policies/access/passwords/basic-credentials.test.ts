import { expect, it } from 'vitest'
import { readBasicCredentials } from './basic-credentials.ts'

function fieldOf(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`
}

it('reads user and password, which may have colons', () => {
  expect(readBasicCredentials(fieldOf('anna:a:b'))).toEqual({ user: 'anna', password: Buffer.from('a:b') })
  expect(readBasicCredentials(fieldOf('anna:'))?.password).toHaveLength(0)
  expect(readBasicCredentials(fieldOf('anna:x').replace('Basic', 'bASIC '))?.user).toBe('anna')
  expect(readBasicCredentials(fieldOf('änna:x'))?.user).toBe('\xc3\xa4nna')
})

it('reads nothing else', () => {
  const bad = [
    undefined,
    '',
    'Basic',
    'Basic ',
    'Bearer eDp5',
    'Basic e!',
    fieldOf('anna'),
    fieldOf(':x'),
    `${fieldOf('a:x')} b`,
  ]
  expect(bad.map(text => readBasicCredentials(text))).toEqual(bad.map(() => undefined))
})
