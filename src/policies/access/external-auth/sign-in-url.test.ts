import { expect, test } from 'vitest'
import { requestFacts } from '../../../../test/support/request-facts.ts'
import { parseVariables, renderSafeUrl } from '../../values/variables.ts'
import { completeSignIn } from './sign-in-url.ts'

const facts = requestFacts({ authority: 'foo.com:8080', target: '/?a=b&c=d', scheme: 'https' })

function signIn(text: string, name = 'rd'): string {
  const parsed = parseVariables(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return renderSafeUrl(completeSignIn(parsed.value, name), facts)
}

const back = 'https://foo.com:8080%2F%3Fa%3Db%26c%3Dd'

test('names the URL the client came for', () => {
  expect(signIn('https://auth.test/start')).toBe(`https://auth.test/start?rd=${back}`)
})

test('joins it to a query', () => {
  expect(signIn('https://auth.test/start?x=1')).toBe(`https://auth.test/start?x=1&rd=${back}`)
  expect(signIn('https://auth.test/start?')).toBe(`https://auth.test/start?rd=${back}`)
})

test('leaves a URL alone that says where to come back to', () => {
  expect(signIn('https://auth.test/start?rd=https://$host$request_uri')).toBe(
    'https://auth.test/start?rd=https://foo.com/?a=b&c=d',
  )
  expect(signIn('https://auth.test/start?x=1&next=/', 'next')).toBe('https://auth.test/start?x=1&next=/')
})

test('takes an empty parameter, or one that only begins alike, for none', () => {
  expect(signIn('https://auth.test/start?rd=')).toBe(`https://auth.test/start?rd=&rd=${back}`)
  expect(signIn('https://auth.test/start?rdx=1')).toBe(`https://auth.test/start?rdx=1&rd=${back}`)
})

test('uses the name it is given', () => {
  expect(signIn('/start', 'next')).toBe(`/start?next=${back}`)
})
