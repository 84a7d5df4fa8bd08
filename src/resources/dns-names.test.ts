import { describe, expect, test } from 'vitest'
import {
  hostProblem,
  labelProblem,
  portNameProblem,
  serviceNameProblem,
  subdomainProblem,
} from './dns-names.ts'

const cases: [string, (text: string) => string | undefined, string[], string[]][] = [
  [
    'label',
    labelProblem,
    ['a', '1a', 'a-b', 'a'.repeat(63)],
    ['', '-a', 'a-', 'A', 'a.b', 'a_b', 'a'.repeat(64)],
  ],
  ['Service name', serviceNameProblem, ['a', 'a1', 'a-b'], ['1a', '-a', 'a.b', 'a'.repeat(64)]],
  [
    'subdomain',
    subdomainProblem,
    ['a', 'a.b', '1.a-b'],
    ['', 'a..b', '.a', 'a.', 'A.b', 'a_b', 'a-.b', 'a'.repeat(254)],
  ],
  [
    'port name',
    portNameProblem,
    ['http', 'h2', '8a', 'a-b'],
    ['', '80', 'a--b', '-a', 'HTTP', 'sixteen-letters-'],
  ],
  [
    'host',
    hostProblem,
    ['foo.com', 'localhost', '*.foo.com', 'xn--bcher-kva.example'],
    [
      '*',
      '*.',
      '*foo.com',
      'a.*.com',
      '*.*.com',
      '1.2.3.4',
      '::1',
      '[::1]',
      'foo.com:80',
      'foo.com.',
      'foo_bar.com',
      'http://foo.com',
    ],
  ],
]

describe.each(cases)('a %s', (_, problemOf, good, bad) => {
  test.each(good)('may be %j', text => expect(problemOf(text)).toBeUndefined())
  test.each(bad)('may not be %j', text => expect(problemOf(text)).toBeTypeOf('string'))
})
