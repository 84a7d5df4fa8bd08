// Hot path: runs for every request of a route that asks for a password.
// Basic and digest authentication against the users of a Secret. The forms of hashes and how they are checked are in
// passwords/.

import type { AdmissionFacts, Verdict } from '../admission.ts'
import { definePolicy } from '../define-policy.ts'
import { type Found, type ObjectName, parseObjectName } from '../references.ts'
import type { Answer } from '../request-facts.ts'
import { nginxSetting, quote } from '../setting-types.ts'
import { shownText } from '../shown-value.ts'
import { readBasicCredentials } from './passwords/basic-credentials.ts'
import { provesPassword, readDigestCredentials } from './passwords/digest-credentials.ts'
import { DigestNonces } from './passwords/digest-nonces.ts'
import type { HashVerdict } from './passwords/hash-thread.ts'
import { PasswordChecker } from './passwords/password-checker.ts'
import { noUsers, readHtdigest, readHtpasswd, type Users, userFileOfMap } from './passwords/user-file.ts'

/** A Secret and the users in it. */
export interface UserSecret {
  readonly name: ObjectName
  readonly users: Users
}

type AuthType = 'basic' | 'digest'
type SecretLayout = 'auth-file' | 'auth-map'

/** Findings about users beyond these are not said one by one. */
const maxFindings = 5

/** Passwords (ingress-nginx: `auth-type`, `auth-secret`, `auth-secret-type`, `auth-realm`). */
export const passwordAuth = definePolicy('passwordAuth', {
  doc: 'Asks for user and password; others get 401. The backend does not see the Authorization field.',
  settings: {
    type: nginxSetting<AuthType | undefined>(
      'auth-type',
      '"basic" or "digest"',
      {
        default: undefined,
        onProblem: 'deny',
        choices: ['basic', 'digest'],
        doc: 'How clients prove who they are. Slow hashes are checked beside the traffic; of more than 128 that wait (16 of one client) the rest get 503. A password that was right is not hashed again for 5 minutes.',
        differs:
          'A realm of "off" does not switch authentication off. Digest: MD5 with qop=auth only; a nonce lives for 5 minutes and each count of it is taken once; addresses are not locked out after wrong passwords.',
      },
      written =>
        written === 'basic' || written === 'digest'
          ? { value: written }
          : { problem: `${quote(written)} is neither "basic" nor "digest"` },
    ),
    secret: nginxSetting<UserSecret | undefined>(
      'auth-secret',
      'name of a Secret',
      {
        default: undefined,
        onProblem: 'deny',
        differs:
          'bcrypt is computed up to a cost of 16, SHA crypt up to 1,000,000 rounds, and passwords longer than 1024 bytes match nothing.',
        doc: 'The Secret with the users, of the Ingress\'s own namespace. Hashes: bcrypt, apr1, MD5, SHA-256, SHA-512 and DES crypt, {SHA}, {SSHA}, {PLAIN}; for digest "user:realm:" and the MD5 of "user:realm:password".',
      },
      written => {
        const name = parseObjectName(written)
        return name === undefined
          ? { problem: `${quote(written)} is no name of a Secret` }
          : { value: { name, users: noUsers } }
      },
    ),
    secretLayout: nginxSetting<SecretLayout>(
      'auth-secret-type',
      '"auth-file" or "auth-map"',
      {
        default: 'auth-file',
        choices: ['auth-file', 'auth-map'],
        onProblem: 'deny',
        doc: '"auth-file": the key "auth" holds a file with a user on each line. "auth-map": each key is a user, its value what would stand behind the colon.',
      },
      written =>
        written === 'auth-file' || written === 'auth-map'
          ? { value: written }
          : { problem: `${quote(written)} is neither "auth-file" nor "auth-map"` },
    ),
    realm: nginxSetting<string>(
      'auth-realm',
      'text',
      {
        default: '',
        doc: 'What the client is told it logs in to. For digest, only users of this realm count.',
        consequence: 'the realm is empty',
      },
      written =>
        /^[A-Za-z0-9\-._~/: ]+$/.test(written)
          ? { value: written }
          : { problem: `${quote(written)} has characters other than letters, digits, spaces and -._~/:` },
    ),
  },
  check(settings, written, report) {
    if (!written.has('type')) {
      if (written.has('secret')) report('secret', 'needs auth-type "basic" or "digest" beside it')
    } else if (!written.has('secret')) report('type', 'needs auth-secret beside it, which names the users')
    return settings
  },
  resolve(settings, references, report) {
    const { type, secret } = settings
    if (type === undefined || secret === undefined) return settings
    const found = references.secret(secret.name)
    const file = userFileIn(found, settings.secretLayout)
    if ('problem' in file) {
      report('secret', file.problem)
      return settings
    }
    const users = type === 'basic' ? readHtpasswd(file.text) : readHtdigest(file.text, settings.realm)
    const more = users.problems.length - maxFindings
    const problems = users.problems.slice(0, maxFindings)
    if (more > 0) problems.push(`${more} more entries are like that`)
    for (const problem of problems)
      report(
        'secret',
        `names Secret ${quote(secret.name.name)}: ${problem}; nobody can log in by it`,
        'warning',
      )
    return { ...settings, secret: { ...secret, users } }
  },
  needs: { secretLayout: ['type'], realm: ['type'] },
  isActive: ({ type }) => type !== undefined,
  inWords: ({ type, secret }) => `asks for user and password (${type}) of Secret ${shownText(secret)}`,
  isGuard: true,
  authenticates: true,
  createLive({ now, report, onClose }) {
    const checker = new PasswordChecker(now, report)
    onClose(() => checker.close())
    return { now, checker, nonces: new DigestNonces() }
  },
  admit(settings, request, live) {
    return settings.type === 'digest'
      ? admitDigest(settings.secret?.users ?? noUsers, settings.realm, request, live)
      : admitBasic(settings.secret?.users ?? noUsers, settings.realm, request, live)
  },
  // Whoever admitted the request: a password is nothing for backends (nginx removes it wherever it asks for one).
  requestFields: (_settings, _request, edit) => edit.set('authorization', undefined),
})

interface Live {
  readonly now: () => number
  readonly checker: PasswordChecker
  readonly nonces: DigestNonces
}

function userFileIn(
  found: Found<Buffer>,
  layout: SecretLayout,
): { readonly text: string } | { readonly problem: string } {
  if ('problem' in found) return found
  if (layout === 'auth-map') return { text: userFileOfMap(found.data) }
  const file = found.data.get('auth')
  return file === undefined
    ? {
        problem:
          'names a Secret without the key "auth"; write the user file there, or auth-secret-type: auth-map',
      }
    : { text: file.toString('latin1') }
}

function admitBasic(
  users: Users,
  realm: string,
  request: AdmissionFacts,
  { checker }: Live,
): Verdict | Promise<Verdict> {
  const credentials = readBasicCredentials(request.header('authorization'))
  if (credentials === undefined) return unauthorized(`Basic realm="${realm}"`)
  const { user, password } = credentials
  const hash = users.hashes.get(user)
  // Nobody learns from the time it takes who is known.
  const verdict = checker.check(password, hash ?? users.decoy, request.clientAddress)
  const conclude = (verdict: HashVerdict): Verdict => {
    if (verdict === 'busy') return busy
    return verdict && hash !== undefined ? { user } : unauthorized(`Basic realm="${realm}"`)
  }
  return verdict instanceof Promise ? verdict.then(conclude) : conclude(verdict)
}

function admitDigest(users: Users, realm: string, request: AdmissionFacts, { now, nonces }: Live): Verdict {
  const challenge = (isStale: boolean) =>
    unauthorized(
      `Digest realm="${realm}", qop="auth", algorithm=MD5, nonce="${nonces.issue(now())}"${isStale ? ', stale=true' : ''}`,
    )
  const credentials = readDigestCredentials(request.header('authorization'))
  if (credentials === undefined || credentials.realm !== realm) return challenge(false)
  if (pathAndQuery(credentials.uri) !== request.target) return challenge(false)
  const ha1 = users.hashes.get(credentials.user)
  const isRight = provesPassword(credentials, request.method, ha1 ?? users.decoy)
  if (!isRight || !ha1) return challenge(false)
  // The password is right: a client whose nonce is used up may come again without asking its user.
  if (!nonces.use(credentials.nonce, Number.parseInt(credentials.count, 16), now())) return challenge(true)
  return { user: credentials.user }
}

/** A client that sends its request in absolute form writes it here as well (RFC 7616 §3.4). */
function pathAndQuery(uri: string): string {
  return uri.startsWith('/') ? uri : uri.replace(/^https?:\/\/[^/?]*/i, '')
}

function unauthorized(challenge: string): Answer {
  return {
    status: 401,
    fields: [['WWW-Authenticate', challenge]],
    reason: 'this route asks for user and password',
    cause: 'password',
  }
}

const busy: Answer = {
  status: 503,
  fields: [['Retry-After', '1']],
  reason: 'too many passwords wait to be checked',
  cause: 'password-busy',
}
