// A request where `--dev` is on: its errors teach, and `X-Portico-Explain: 1` has the decision shown in response fields.
// Without --dev none of this is there: listeners open plain exchanges, which ask nobody whether it is.
import type { ClientStream } from '../http/client-stream.ts'
import type { ErrorDetails, ErrorPage } from '../proxy/error-page.ts'
import { Exchange } from '../proxy/exchange.ts'
import { failureFacts, type ProxyFailure } from '../proxy/failure.ts'
import type { ProxyContext } from '../proxy/proxy-context.ts'
import { decisionFields } from './decision-fields.ts'
import { lessonOf } from './lesson.ts'
import { renderLesson } from './lesson-page.ts'

/** The request field that asks for the decision; it goes no further. */
const askingField = 'x-portico-explain'

/** The arguments of `portico explain` that name what is served here: `--live`, or the paths that are read. */
export type ExplainSource = () => readonly string[]

/** The requests of one client stream, with somebody at the other end who wants to know. */
export class DevExchange extends Exchange {
  readonly #explainSource: ExplainSource

  constructor(proxy: ProxyContext, stream: ClientStream, explainSource: ExplainSource) {
    super(proxy, stream)
    this.#explainSource = explainSource
  }

  protected override reset(): void {
    super.reset()
    const asked = this.header(askingField)
    if (asked === undefined) return
    const requestFields = [[askingField, undefined]] as const
    if (asked.trim() !== '1') return this.addAdmission({ requestFields })
    this.addAdmission({
      requestFields,
      responseFields: edit => {
        for (const [name, value] of decisionFields(this)) edit.set(name, value)
      },
    })
  }

  /** An auth service is not shown the field either. */
  override passingFields(): string[] {
    const fields = super.passingFields()
    const index = fields.findIndex((text, i) => i % 2 === 0 && text.toLowerCase() === askingField)
    return index === -1 ? fields : fields.toSpliced(index, 2)
  }

  override failureReason(failure: ProxyFailure, known: string | undefined): string {
    return known ?? failureFacts[failure].reason
  }

  override renderPage(details: ErrorDetails): ErrorPage {
    if (details.status < 400) return super.renderPage(details)
    return renderLesson(lessonOf(this, details, this.#explainSource()), this.header('accept'))
  }
}
