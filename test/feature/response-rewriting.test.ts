// What backends say of themselves in cookies and redirects, put right for the names and paths clients use.
import { expect, test } from 'vitest'
import { startHttpBackend } from '../support/backend.ts'
import { fetchFrom, type TestResponse } from '../support/fetch.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'

/** What a client gets of a backend's fields through a route with these annotations, and what was found wrong with them. */
async function pass(
  settings: Record<string, string>,
  fields: Record<string, string | string[]>,
): Promise<TestResponse & { readonly codes: string[] }> {
  const backend = await startHttpBackend((_request, response) => response.writeHead(302, fields).end())
  const annotations = nginx(settings)
  const proxy = await startProxy({
    files: { 'web.yaml': serving('shop.test', backend.address, { annotations }) },
  })
  const response = await fetchFrom({ port: proxy.httpPort, host: 'shop.test' })
  return { ...response, codes: proxy.codes() }
}

test('proxy-cookie-domain and proxy-cookie-path rewrite each cookie that they speak of', async () => {
  const response = await pass(
    { 'proxy-cookie-domain': 'localhost example.org', 'proxy-cookie-path': '/app/ /' },
    {
      'Set-Cookie': [
        'a=1; Domain=localhost; Path=/app/shop; HttpOnly',
        'b=Domain=localhost;path=/other',
        'c=3; domain=.LOCALHOST',
      ],
    },
  )
  expect(response.headers['set-cookie']).toEqual([
    'a=1; Domain=example.org; Path=/shop; HttpOnly',
    'b=Domain=localhost;path=/other',
    'c=3; domain=.example.org',
  ])
})

test('cookies are matched by regexes and replaced with what the request says', async () => {
  const response = await pass(
    { 'proxy-cookie-domain': '~\\.internal$ $host', 'proxy-cookie-path': '~*^/APP/(.*)$ /$1' },
    { 'Set-Cookie': 'a=1; Domain=x.INTERNAL; Path=/app/x' },
  )
  expect(response.headers['set-cookie']).toEqual(['a=1; Domain=shop.test; Path=/x'])
})

test('proxy-redirect-from and -to rewrite Location and Refresh', async () => {
  const settings = {
    'proxy-redirect-from': 'http://localhost:3000/',
    'proxy-redirect-to': 'https://shop.test/',
  }
  const response = await pass(settings, {
    Location: 'http://localhost:3000/login?next=http://localhost:3000/',
    Refresh: '5; URL=http://localhost:3000/',
  })
  expect(response.headers.location).toBe('https://shop.test/login?next=http://localhost:3000/')
  expect(response.headers.refresh).toBe('5; URL=https://shop.test/')

  const other = await pass(settings, { Location: 'http://elsewhere.test/' })
  expect(other.headers.location).toBe('http://elsewhere.test/')
})

test.each([['off'], ['default']])(
  'proxy-redirect-from %s leaves redirects alone and says that -to has no effect',
  async word => {
    const settings = { 'proxy-redirect-from': word, 'proxy-redirect-to': '/x' }
    const response = await pass(settings, { Location: 'http://localhost/' })
    expect([response.headers.location, response.codes]).toEqual(['http://localhost/', ['annotation-value']])
  },
)

test('values that can not be obeyed are reported and change nothing', async () => {
  const response = await pass(
    {
      'proxy-cookie-domain': 'one',
      'proxy-cookie-path': '~( /',
      'proxy-redirect-from': 'a b',
      'proxy-redirect-to': '/',
    },
    { Location: '/a', 'Set-Cookie': 'a=1; Domain=one; Path=/' },
  )
  expect(response.headers).toMatchObject({ location: '/a', 'set-cookie': ['a=1; Domain=one; Path=/'] })
  expect(response.codes).toEqual(Array(4).fill('annotation-value'))
})
