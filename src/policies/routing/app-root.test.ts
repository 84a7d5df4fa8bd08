import { describe, expect, it } from 'vitest'
import { type FactsInput, requestFacts } from '../../../test/support/request-facts.ts'
import { appRoot } from './app-root.ts'

function answerFor(written: string, facts: FactsInput) {
  const parsed = appRoot.settings.path.parse(written)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return appRoot.answer!({ path: parsed.value }, requestFacts(facts), undefined)
}

describe('app-root', () => {
  it('sends requests for exactly / to the path with 302, at the scheme, host and port that were asked for', () => {
    const answer = answerFor('/app1', { authority: 'foo.com:8080', target: '/?a=b' })
    expect(answer).toMatchObject({ status: 302, fields: [['Location', 'http://foo.com:8080/app1']] })
    expect(answerFor('/app1', { secure: true })?.fields).toEqual([['Location', 'https://foo.com/app1']])
  })

  it('leaves every other path alone', () => {
    expect(answerFor('/app1', { path: '/app1', target: '/app1' })).toBeUndefined()
    expect(answerFor('/app1', { path: '/x', target: '/x' })).toBeUndefined()
  })

  it('is relative for a request that names no host', () => {
    expect(answerFor('/a', { host: '', authority: '' })?.fields).toEqual([['Location', '/a']])
  })

  it.each(['app1', 'http://foo.com/x', '//evil.com', '/', '/a b', '/a"b', '/$nothing'])(
    'refuses %s',
    text => {
      expect(appRoot.settings.path.parse(text)).toHaveProperty('problem')
    },
  )
})
