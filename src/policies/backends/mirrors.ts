// The mirrors of a process: what copies there are for each of them, within bounds, and how they are sent. A copy that does
// not fit is dropped and counted; whoever made the request never waits.
import { randomBytes } from 'node:crypto'
import type { SubrequestTarget } from '../../subrequests/subrequest.ts'
import { SubrequestClient } from '../../subrequests/subrequest-client.ts'
import type { AdmissionFacts } from '../admission.ts'
import type { LiveServices } from '../live-services.ts'
import { RepeatedReport } from '../repeated-report.ts'
import type { RequestTap } from '../request-tap.ts'
import { hostInUrl } from '../values/host-in-url.ts'
import { type ServiceUrl, targetOfService } from '../values/service-url.ts'
import { targetOf } from '../values/url-template.ts'
import { renderSafe, type VariableText } from '../values/variables.ts'

/** Where copies go and what they have. */
export interface MirrorTarget {
  readonly url: ServiceUrl
  readonly host: VariableText | undefined
  readonly hasBody: boolean
}

/** What one mirror is given at a time. */
const bounds = {
  /** Copies that are being made or sent. */
  copies: 256,
  /** Octets of their bodies. */
  bytes: 16 * 1024 * 1024,
  /** Connections. */
  connections: 32,
  idleMs: 60_000,
  requests: 10_000,
}

/** Marks copies, so that one which comes back is not copied again; its value is a secret of the process. */
const markName = 'x-portico-mirrored'

/** What is in hand for one mirror. */
interface Load {
  copies: number
  bytes: number
}

/** Makes and sends copies. */
export class Mirrors {
  readonly #services: LiveServices
  readonly #client = new SubrequestClient()
  readonly #report: RepeatedReport
  readonly #mark = randomBytes(16).toString('hex')
  /** By URL as written; only those with something in hand. */
  readonly #loads = new Map<string, Load>()

  constructor(services: LiveServices) {
    this.#services = services
    this.#report = new RepeatedReport(services)
    services.onClose(() => this.#client.close())
  }

  /** Begins the copy of a request; `undefined` when there is to be none. */
  open(mirror: MirrorTarget, request: AdmissionFacts): RequestTap | undefined {
    if (request.header('upgrade') !== undefined || request.header(markName) === this.#mark) return undefined
    const target = targetOfService(mirror.url, request, this.#services, true)
    if (target === undefined) return this.#count('dropped-no-host')
    const load = this.#loads.get(mirror.url.text) ?? { copies: 0, bytes: 0 }
    if (load.copies >= bounds.copies) return this.#count('dropped-busy')
    load.copies++
    this.#loads.set(mirror.url.text, load)
    const copy = new Copy(load, mirror.hasBody, (event, body) => {
      if (event === 'whole') this.#send(mirror, target, request, load, body)
      else {
        this.#count(event)
        this.#release(mirror, load, 0)
      }
    })
    request.whenOver(() => copy.drop('dropped-incomplete'))
    return copy
  }

  /** The request's facts are asked for before this returns: they do not outlive the request. */
  #send(
    mirror: MirrorTarget,
    target: SubrequestTarget,
    request: AdmissionFacts,
    load: Load,
    body: Buffer | undefined,
  ): void {
    const { outcome } = this.#client.send({
      target,
      connections: {
        connectMs: request.timeouts.connectMs,
        most: bounds.connections,
        idleMs: bounds.idleMs,
        requests: bounds.requests,
      },
      method: request.method,
      path: targetOf(mirror.url, request),
      fields: this.#fieldsOf(mirror, target, request),
      body,
      readMs: request.timeouts.readMs,
    })
    void outcome.then(result => {
      if ('failure' in result) {
        this.#report.say(mirror.url.text, `mirror ${mirror.url.text}: copies are lost: ${result.detail}`)
      }
      this.#count('failure' in result ? 'failed' : 'answered')
      this.#release(mirror, load, body?.length ?? 0)
    })
  }

  #fieldsOf({ host }: MirrorTarget, target: SubrequestTarget, request: AdmissionFacts): string[] {
    const fields = ['Host', host === undefined ? hostInUrl(target.host) : renderSafe(host, request)]
    const told = request.backendFields()
    for (let i = 0; i < told.length; i += 2) {
      // A client's own mark would hide ours, and the copy would be copied again.
      if (told[i]!.toLowerCase() !== markName) fields.push(told[i]!, told[i + 1]!)
    }
    fields.push(markName, this.#mark)
    return fields
  }

  #release({ url }: MirrorTarget, load: Load, bytes: number): void {
    load.copies--
    load.bytes -= bytes
    if (load.copies === 0) this.#loads.delete(url.text)
  }

  #count(event: string): undefined {
    this.#services.count('mirror', event)
  }
}

type CopyEnd = 'whole' | 'dropped-incomplete' | 'dropped-long-body'

/** The copy of one request while it comes. */
class Copy implements RequestTap {
  readonly #load: Load
  readonly #hasBody: boolean
  readonly #onOver: (end: CopyEnd, body: Buffer | undefined) => void
  #pieces: Buffer[] = []
  #bytes = 0
  #isOver = false

  /** `onOver` is called once; after `whole` the bytes of the body still count for the load. */
  constructor(load: Load, hasBody: boolean, onOver: (end: CopyEnd, body: Buffer | undefined) => void) {
    this.#load = load
    this.#hasBody = hasBody
    this.#onOver = onOver
  }

  onBody(chunk: Buffer): void {
    if (this.#isOver || !this.#hasBody) return
    if (this.#load.bytes + chunk.length > bounds.bytes) return this.drop('dropped-long-body')
    this.#load.bytes += chunk.length
    this.#bytes += chunk.length
    // The piece is a view of a buffer that is read into again.
    this.#pieces.push(Buffer.from(chunk))
  }

  onEnd(): void {
    if (this.#isOver) return
    this.#isOver = true
    const body = this.#bytes === 0 ? undefined : Buffer.concat(this.#pieces)
    this.#pieces = []
    this.#onOver('whole', body)
  }

  drop(end: 'dropped-incomplete' | 'dropped-long-body'): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#load.bytes -= this.#bytes
    this.#pieces = []
    this.#onOver(end, undefined)
  }
}
