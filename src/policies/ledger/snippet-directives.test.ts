import { expect, it } from 'vitest'
import { adviseOnSnippet, readDirectives } from './snippet-directives.ts'

it('names what replaces each directive, once and in the order written', () => {
  const { instead } = adviseOnSnippet(`
    # add_header in a comment is no directive; nor deny
    more_set_headers "X-Frame-Options: deny; always";
    proxy_set_header Host example.com;
    more_set_headers "X-Other: 1";
    if ($request_method = POST) { return 301 https://other.example$request_uri; }
    unknown_directive on;
  `)
  expect(instead).toEqual([
    'custom-headers instead of more_set_headers',
    'upstream-vhost instead of proxy_set_header',
    'portico/match-methods instead of if',
    'permanent-redirect instead of return',
  ])
})

it('tells uses of a directive apart', () => {
  const { instead } = adviseOnSnippet(`
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";
    proxy_set_header X-Own 1;
    rewrite ^/old$ /new permanent;
    rewrite ^/a/(.*)$ /$1 break;
  `)
  expect(instead).toEqual([
    'nothing (WebSockets pass as they are) instead of proxy_set_header',
    'proxy-set-headers in the ConfigMap instead of proxy_set_header',
    'permanent-redirect instead of rewrite',
    'rewrite-target instead of rewrite',
  ])
})

it('notices directives that keep requests out', () => {
  const guardOf = (text: string) => adviseOnSnippet(text).guard
  expect(guardOf('location /metrics { deny all; return 404; }')).toBe('deny all')
  expect(guardOf('if ($http_x_token != secret) { return 403; }')).toBe('return 403')
  expect(guardOf('access_by_lua_block { ngx.exit(403) }')).toBe('access_by_lua_block')
  expect(guardOf('auth_request /check;')).toBe('auth_request /check')
  expect(guardOf('SecRuleEngine On\nSecRule ARGS "@rx x" "deny"')).toBe('SecRuleEngine On')
  expect(guardOf('SecRuleEngine DetectionOnly')).toBeUndefined()
  expect(guardOf('auth_basic off; allow 10.0.0.0/8; add_header X "deny all";')).toBeUndefined()
})

it('reads statements of any shape without throwing', () => {
  expect(readDirectives('a "b c" d; e{f \'g\'}h')).toEqual([
    { name: 'a', words: ['b c', 'd'] },
    { name: 'e', words: [] },
    { name: 'f', words: ['g'] },
    { name: 'h', words: [] },
  ])
  for (const text of ['', ';;;', '"', "'{", '\\', '#', '"a', '{}{}'])
    expect(() => readDirectives(text)).not.toThrow()
})
