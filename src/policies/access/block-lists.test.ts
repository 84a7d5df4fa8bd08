import { describe, expect, it } from 'vitest'
import { requestFacts } from '../../../test/support/request-facts.ts'
import { blockLists } from './block-lists.ts'

const { settings, defaults } = blockLists

function inForce<K extends 'userAgents' | 'referers' | 'addresses'>(name: K, text: string) {
  const parsed = settings[name].parse(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return { ...defaults, [name]: parsed.value }
}

function isBlocked(userAgents: string, agent: string | undefined): boolean {
  const headers: Record<string, string> = agent === undefined ? {} : { 'user-agent': agent }
  const listed = inForce('userAgents', userAgents)
  return blockLists.answer!(listed, requestFacts({ headers }), new WeakMap()) !== undefined
}

describe('a list of user agents', () => {
  it('holds whole values without regard to case', () => {
    expect(isBlocked('curl/8.5.0, BadBot', 'badbot')).toBe(true)
    expect(isBlocked('curl/8.5.0, BadBot', 'curl/8.5.0')).toBe(true)
    expect(isBlocked('curl/8.5.0, BadBot', 'BadBot/2')).toBe(false)
  })

  it('holds regexes, found anywhere', () => {
    expect(isBlocked('~Bot/[0-9]', 'Mozilla BadBot/2')).toBe(true)
    expect(isBlocked('~Bot/[0-9]', 'Mozilla badbot/2')).toBe(false)
    expect(isBlocked('~*bot/[0-9]', 'Mozilla BADBOT/2')).toBe(true)
    expect(isBlocked('~^$', undefined)).toBe(true)
  })

  it('takes an absent field for an empty one, which is written in quotes', () => {
    expect(isBlocked('"", "two words"', undefined)).toBe(true)
    expect(isBlocked('"", "two words"', 'two words')).toBe(true)
    expect(isBlocked('"", "two words"', 'x')).toBe(false)
  })

  it('is refused whole when an entry is empty or a regex can not be compiled', () => {
    for (const text of ['a,', '~(', '~*(?=x)', '~(a']) {
      expect(settings.userAgents.parse(text), text).toHaveProperty('problem')
    }
  })
})

it('blocks by address and by referer', () => {
  const request = requestFacts({ clientAddress: '10.1.2.3', headers: { referer: 'http://spam.example/' } })
  const answerWith = (listed: typeof defaults) => blockLists.answer!(listed, request, new WeakMap())?.status
  expect(answerWith(inForce('addresses', '10.0.0.0/8'))).toBe(403)
  expect(answerWith(inForce('addresses', '11.0.0.0/8'))).toBeUndefined()
  expect(answerWith(inForce('referers', '~spam'))).toBe(403)
  expect(answerWith(inForce('referers', 'spam.example'))).toBeUndefined()
})
