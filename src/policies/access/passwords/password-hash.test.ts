// Hashes made by glibc's crypt(3), OpenSSL's `passwd` and htpasswd.
import { describe, expect, it } from 'vitest'
import { examineHash, matchesHash } from './password-hash.ts'

const long = 'x'.repeat(70)

const vectors: readonly (readonly [form: string, password: string, hash: string])[] = [
  ['DES crypt', 'password', 'abJnggxhB/yWI'],
  ['DES crypt', '', 'abmF1QH4PEr.E'],
  ['DES crypt', 'longer than eight', 'zZb64kacvY9KA'],
  ['DES crypt', 'password', './xZjzHv5vzVE'],
  ['DES crypt', 'password', 'A9RXdR23Y.cY6'],
  ['DES crypt', 'päss', 'A9L0j3VKxiJVk'],
  ['MD5 crypt', 'password', '$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/'],
  ['MD5 crypt', '', '$1$a$8CfZSfErbeskipdhZHtvu.'],
  ['apr1', 'password', '$apr1$abcdefgh$FBwExRW4dCc8aL.OvjpIE1'],
  ['apr1', 'x', '$apr1$ab$eIePjsejfBGR8ITtu2z0U1'],
  ['apr1', 'x'.repeat(40), '$apr1$saltsalt$2mFfzhmPOknAGlGo8.2/30'],
  ['SHA-256 crypt', 'password', '$5$rounds=1000$saltstring$S2dlplsLzofRuJ/frAjtaYev58CdqEN6fUby2laILG1'],
  ['SHA-256 crypt', long, '$5$a$kItaUTIBDLrntZERW/F36APHAf6KCwS8CaXd9J8zuFB'],
  [
    'SHA-512 crypt',
    'päss',
    '$6$saltstring$CoxdaS6Tm7cKJz.0a7sfzA1BgPrkxcckeT9l5tpg6fYMO1ZCS2yugTAnv7yXZAoWpDhDjauR6rdy1PhJ/807W.',
  ],
  [
    'SHA-512 crypt',
    long,
    '$6$rounds=1400$anotherlongsalts$LwzDR.1k24.Yk5XqNRD.1VoHL22u5bMxPP.W9EgA6oj8ewnex0.Rekf7j6hzTM09BM1OaPNuzZuE.vO08s94l0',
  ],
  [
    'SHA-512 crypt',
    '',
    '$6$ab$xnh5Qsr2NdbFw1PgdZie7nLON3gv.S.23iQDBqAzkdoXPtDnVSpludXkM5UWybQO3OI7hBj9wHg9Ow6sUWD60/',
  ],
  ['bcrypt', 'U*U*U*U*', '$2y$05$abcdefghijklmnopqrstuuF1QNFce4DfYnYJUcafR1v2/7XbWeLjK'],
  ['{SHA}', 'password', '{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g='],
  ['{SSHA}', 'password', '{SSHA}yI6cZwQadOA1e+/f+T+H3eCQQhRzYWx0'],
  ['{PLAIN}', 'pass:word', '{PLAIN}pass:word'],
  ['{PLAIN}', '', '{PLAIN}'],
]

describe.each(vectors)('%s of %j', (_, password, hash) => {
  it('matches that password and no other', () => {
    expect(examineHash(hash)).toHaveProperty('isSlow')
    const bytes = Buffer.from(password)
    expect(matchesHash(bytes, hash)).toBe(true)
    expect(matchesHash(Buffer.concat([Buffer.from('~'), bytes]), hash)).toBe(false)
  })
})

it('matches no password that goes on behind a zero byte', () => {
  expect(matchesHash(Buffer.from('password\0more'), 'abJnggxhB/yWI')).toBe(false)
  expect(matchesHash(Buffer.from('password\0'), '{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=')).toBe(false)
})

it('takes bytes that are no UTF-8 as they are, but for bcrypt, which could not', () => {
  const bytes = Buffer.from([0xe4, 0xff])
  expect(matchesHash(bytes, '{PLAIN}\xe4\xff')).toBe(true)
  expect(matchesHash(bytes, '$2y$05$abcdefghijklmnopqrstuuF1QNFce4DfYnYJUcafR1v2/7XbWeLjK')).toBe(false)
})

it('says what is no hash it could compute, and matches nothing against it', () => {
  const bad = [
    '',
    'password',
    '$2y$20$abcdefghijklmnopqrstuuF1QNFce4DfYnYJUcafR1v2/7XbWeLjK',
    '$2x$05$abcdefghijklmnopqrstuuF1QNFce4DfYnYJUcafR1v2/7XbWeLjK',
    '$6$rounds=999999999$ab$xnh5Qsr2NdbFw1PgdZie7nLON3gv.S.23iQDBqAzkdoXPtDnVSpludXkM5UWybQO3OI7hBj9wHg9Ow6sUWD60/',
    '$y$j9T$abc$def',
    '$argon2id$v=19$m=4096,t=3,p=1$c2FsdA$aGFzaA',
    '{SHA}short',
    '{MD5}X03MO1qnZdYdgyfeuILPmQ==',
    '*',
  ]
  for (const hash of bad) {
    expect(examineHash(hash), hash).toHaveProperty('problem')
    expect(matchesHash(Buffer.from(hash), hash), hash).toBe(false)
    expect(matchesHash(Buffer.from('password'), hash), hash).toBe(false)
  }
})
