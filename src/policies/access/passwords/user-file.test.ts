import { describe, expect, it } from 'vitest'
import { readHtdigest, readHtpasswd, userFileOfMap } from './user-file.ts'

const apr1 = '$apr1$abcdefgh$FBwExRW4dCc8aL.OvjpIE1'

describe('an htpasswd file', () => {
  it('gives the hash of each user, without comments and line ends', () => {
    const { hashes, problems } = readHtpasswd(`# users\r\n\r\nanna:${apr1}\r\nbert:{PLAIN}x:his comment\n`)
    expect([...hashes]).toEqual([
      ['anna', apr1],
      ['bert', '{PLAIN}x'],
    ])
    expect(problems).toEqual([])
  })

  it('takes the first of equal names', () => {
    expect(readHtpasswd('a:{PLAIN}1\na:{PLAIN}2').hashes.get('a')).toBe('{PLAIN}1')
  })

  it('keeps a user without a hash, who can not log in, and says so', () => {
    const { hashes, problems } = readHtpasswd('foo:')
    expect(hashes.get('foo')).toBe('')
    expect(problems).toEqual(['the hash of user "foo" is empty'])
  })

  it('names a slow hash for the time that unknown users take', () => {
    expect(readHtpasswd(`a:{PLAIN}x\nb:${apr1}`).decoy).toBe(apr1)
    expect(readHtpasswd('a:{PLAIN}x').decoy).toBe('{PLAIN}x')
    expect(readHtpasswd('').decoy).toBe('')
  })

  it('says what is no entry, who has no hash that can be computed, and that nobody is listed', () => {
    expect(readHtpasswd('foo:secret\nbar\n:{PLAIN}x').problems).toHaveLength(3)
    expect(readHtpasswd('').problems).toHaveLength(1)
    // What somebody wrote in the place of a hash may be a password.
    expect(readHtpasswd('foo:secret').problems.join()).not.toContain('secret')
  })
})

describe('an htdigest file', () => {
  const ha1 = '0123456789ABCDEF0123456789abcdef'

  it('gives the HA1 of the users of a realm', () => {
    const { hashes, problems } = readHtdigest(`a:home:${ha1}\nb:away:${ha1}\na:away:${ha1}`, 'away')
    expect([...hashes]).toEqual([
      ['b', ha1.toLowerCase()],
      ['a', ha1.toLowerCase()],
    ])
    expect(problems).toEqual([])
  })

  it('takes realms with colons', () => {
    expect(readHtdigest(`a:http://x:${ha1}`, 'http://x').hashes.get('a')).toBe(ha1.toLowerCase())
  })

  it('says which entries nobody can log in with', () => {
    expect(readHtdigest('a:{PLAIN}x\nb:home:1234', 'home').problems).toHaveLength(2)
    expect(readHtdigest(`a:home:${ha1}`, 'away').problems).toHaveLength(1)
  })
})

it('reads a Secret with a key for each user as a user file', () => {
  const data = new Map([
    ['anna', Buffer.from(`${apr1}\n`)],
    ['bert', Buffer.from('{PLAIN}x')],
  ])
  expect([...readHtpasswd(userFileOfMap(data)).hashes.keys()]).toEqual(['anna', 'bert'])
})
