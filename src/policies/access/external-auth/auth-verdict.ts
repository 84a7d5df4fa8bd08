// What follows from an auth service's answer: ingress-nginx's rules, by status. Pure.
import type { Admitted } from '../../admission.ts'
import type { Answer, RequestFacts } from '../../request-facts.ts'
import { renderSafeUrl } from '../../values/variables.ts'
import type { AuthAnswer } from './answer-cache.ts'
import type { AuthCheck } from './auth-check.ts'

type Field = readonly [name: string, value: string]

/** Statuses that cookies of the auth service go with unless they always do: those of nginx's `add_header`. */
const cookieStatuses: ReadonlySet<number> = new Set([200, 201, 204, 206, 301, 302, 303, 304, 307, 308])

/** Lets the request in on any 2xx; otherwise what the client gets. */
export function verdictOf(answer: AuthAnswer, check: AuthCheck, request: RequestFacts): Admitted | Answer {
  const { status } = answer
  if (status >= 200 && status < 300) return admittedBy(answer, check)
  if (status === 401)
    return check.signIn === undefined ? unauthorized(answer, check) : signIn(answer, check, request)
  const refusal = status === 403 ? 403 : 500
  const reason =
    status === 403
      ? 'the auth service of this route forbids it'
      : `the auth service of this route answered ${status}, which means nothing here`
  return { status: refusal, fields: cookiesFor(refusal, answer, check), reason }
}

function admittedBy(answer: AuthAnswer, check: AuthCheck): Admitted {
  const { responseHeaders, alwaysSetCookie } = check
  const cookies = answer.fields.get('set-cookie') ?? []
  return {
    requestFields: responseHeaders.map(name => [name, joinedValue(answer, name)] as const),
    responseFields(edit) {
      if (!alwaysSetCookie && !cookieStatuses.has(edit.status)) return
      for (const cookie of cookies) edit.append('Set-Cookie', cookie)
    },
  }
}

function unauthorized(answer: AuthAnswer, check: AuthCheck): Answer {
  const challenges = (answer.fields.get('www-authenticate') ?? []).map(
    value => ['WWW-Authenticate', value] as const,
  )
  return {
    status: 401,
    fields: [...challenges, ...cookiesFor(401, answer, check)],
    reason: 'the auth service of this route asks for credentials',
  }
}

function signIn(answer: AuthAnswer, check: AuthCheck, request: RequestFacts): Answer {
  const location: Field = ['Location', renderSafeUrl(check.signIn!, request)]
  return {
    status: 302,
    fields: [location, ...cookiesFor(302, answer, check)],
    reason: 'the auth service of this route asks for a session; sign in first',
  }
}

function cookiesFor(status: number, answer: AuthAnswer, { alwaysSetCookie }: AuthCheck): Field[] {
  if (!alwaysSetCookie && !cookieStatuses.has(status)) return []
  return (answer.fields.get('set-cookie') ?? []).map(cookie => ['Set-Cookie', cookie] as const)
}

/** nginx looks fields up with `_` and `-` alike, and joins those that came more than once. */
function joinedValue({ fields }: AuthAnswer, name: string): string | undefined {
  const lower = name.toLowerCase()
  return (fields.get(lower) ?? fields.get(lower.replaceAll('_', '-')))?.join(', ')
}
