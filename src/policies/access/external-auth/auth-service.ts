// The auth services of a process: asks them, keeps their answers, counts, and tells the operator when one can not be asked.
import { randomBytes } from 'node:crypto'
import type { SubrequestOutcome } from '../../../subrequests/subrequest.ts'
import { SubrequestClient } from '../../../subrequests/subrequest-client.ts'
import type { AdmissionFacts, Admitted } from '../../admission.ts'
import type { LiveServices } from '../../live-services.ts'
import { RepeatedReport } from '../../repeated-report.ts'
import type { Answer } from '../../request-facts.ts'
import { targetOfService } from '../../values/service-url.ts'
import { targetOf } from '../../values/url-template.ts'
import { renderVariables } from '../../values/variables.ts'
import { AuthAnswerCache, cacheKeyOf } from './answer-cache.ts'
import { type AuthCheck, type ExternalAuthSettings, markName, subrequestFields } from './auth-check.ts'
import { verdictOf } from './auth-verdict.ts'

/** Most questions under way at one auth service; others wait for their turn. */
const maxConnections = 256

/** Asks auth services about requests. */
export class AuthServices {
  readonly #services: LiveServices
  readonly #client = new SubrequestClient()
  readonly #cache: AuthAnswerCache
  readonly #mark = randomBytes(16).toString('hex')
  readonly #report: RepeatedReport

  constructor(services: LiveServices) {
    this.#services = services
    this.#report = new RepeatedReport(services)
    this.#cache = new AuthAnswerCache(services.now)
    services.onClose(() => this.#client.close())
  }

  /** Whether the request is let in. A promise when the service has to be asked. */
  decide(
    check: AuthCheck,
    settings: ExternalAuthSettings,
    request: AdmissionFacts,
  ): Admitted | Answer | Promise<Admitted | Answer> {
    if (hasSeveralCredentials(request)) return severalCredentials
    // Asking about a question would never end where the auth service is behind the very guard that asks it.
    if (request.header(markName) === this.#mark) {
      this.#tell(
        check,
        'leads back to a route that it guards; set enable-global-auth: "false" there, or remove its auth-url',
      )
      return this.#refuse('loop', 'the auth service of this route is behind the same guard')
    }
    const key =
      check.cacheKey === undefined
        ? undefined
        : keyOf(check, request, renderVariables(check.cacheKey, request))
    const kept = key === undefined ? undefined : this.#cache.get(key, name => request.header(name))
    if (kept === undefined) return this.#services.rehearses ? {} : this.#ask(check, settings, request, key)
    this.#services.count('external-auth', 'cached')
    return verdictOf(kept, check, request)
  }

  async #ask(
    check: AuthCheck,
    settings: ExternalAuthSettings,
    request: AdmissionFacts,
    key: string | undefined,
  ): Promise<Admitted | Answer> {
    const target = targetOfService(check.url, request, this.#services, settings.tlsVerify)
    if (target === undefined)
      return this.#refuse('no-host', "the URL of this route's auth service names no host for this request")
    const { keepalive, keepaliveTimeoutMs, keepaliveRequests } = settings
    const { connectMs, readMs } = request.timeouts
    const pending = this.#client.send({
      target,
      connections: {
        connectMs,
        most: maxConnections,
        idleMs: keepalive === 0 ? 0 : keepaliveTimeoutMs,
        requests: keepaliveRequests,
      },
      method: check.method ?? 'GET',
      path: targetOf(check.url, request),
      fields: subrequestFields(check, request, target.host, this.#mark),
      body: undefined,
      readMs,
    })
    request.whenOver(() => pending.abandon())
    return this.#judge(await pending.outcome, check, request, key)
  }

  #judge(
    outcome: SubrequestOutcome,
    check: AuthCheck,
    request: AdmissionFacts,
    key: string | undefined,
  ): Admitted | Answer {
    if ('failure' in outcome) {
      if (outcome.failure !== 'abandoned') this.#tell(check, `can not be asked: ${outcome.detail}`)
      return this.#refuse(outcome.failure, 'the auth service of this route could not be asked')
    }
    if (key !== undefined) this.#cache.put(key, outcome, check.cacheDurations, name => request.header(name))
    this.#services.count('external-auth', eventOf(outcome.status))
    return verdictOf(outcome, check, request)
  }

  #refuse(event: string, reason: string): Answer {
    this.#services.count('external-auth', event)
    return { status: 500, fields: [], reason }
  }

  #tell({ url }: AuthCheck, problem: string): void {
    this.#report.say(url.text, `auth service ${url.text} ${problem}; requests get 500`)
  }
}

/** The service might look at one of them and the backend at another; nginx refuses such requests as well. */
function hasSeveralCredentials(request: AdmissionFacts): boolean {
  return request.passingFields().filter((text, i) => i % 2 === 0 && /^authorization$/i.test(text)).length > 1
}

const severalCredentials: Answer = {
  status: 400,
  fields: [],
  reason: 'the Authorization field came more than once',
}

function eventOf(status: number): string {
  if (status >= 200 && status < 300) return 'allowed'
  return status === 401 ? 'unauthorized' : status === 403 ? 'forbidden' : 'unexpected-status'
}

/** Answers are shared by requests of the same rule, host and key: many hosts may have one rule, and one host's users be nobody on another. */
function keyOf({ url, method = '' }: AuthCheck, { route, host }: AdmissionFacts, key: string): string {
  const rule = route === undefined ? [] : [route.origin.namespace, route.origin.ingress, route.path]
  return cacheKeyOf([...rule, host, url.text, method, key])
}
