// The form of Explain.
import type { Asked } from './asked.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** A question being filled in. `onSubmit` asks what `asked` says. */
export function ExplainForm(props: {
  readonly asked: Asked
  readonly onChange: (asked: Asked) => void
  readonly onSubmit: () => void
}) {
  const { asked, onChange } = props
  const field = (name: keyof Asked) => ({
    value: asked[name],
    onInput: (event: { currentTarget: { value: string } }) =>
      onChange({ ...asked, [name]: event.currentTarget.value }),
  })
  const saysMore = [asked.headers, asked.cookies, asked.clientAddress, asked.serverName, asked.repeat].some(
    Boolean,
  )
  return (
    <form
      class="explain-form"
      onSubmit={event => {
        event.preventDefault()
        props.onSubmit()
      }}
    >
      <div class="explain-url">
        <label>
          <span class="unseen">Method</span>
          <select {...field('method')}>
            {[...new Set([...methods, asked.method])].map(method => (
              <option key={method}>{method}</option>
            ))}
          </select>
        </label>
        <label class="grows">
          <span class="unseen">URL</span>
          <input
            required
            spellcheck={false}
            autocomplete="off"
            autocapitalize="off"
            inputMode="url"
            placeholder="https://shop.test/cart"
            {...field('url')}
          />
        </label>
        <button type="submit" class="primary">
          Explain
        </button>
      </div>
      <details open={saysMore}>
        <summary>Headers, cookies, client</summary>
        <div class="explain-more">
          <label class="long">
            <span>
              Headers <span class="muted">one per line, Name: value</span>
            </span>
            <textarea rows={3} spellcheck={false} placeholder="X-Canary: always" {...field('headers')} />
          </label>
          <label class="long">
            <span>
              Cookies <span class="muted">one per line, name=value</span>
            </span>
            <textarea rows={3} spellcheck={false} placeholder="session=1" {...field('cookies')} />
          </label>
          <label>
            <span>Client address</span>
            <input spellcheck={false} placeholder="127.0.0.1" {...field('clientAddress')} />
          </label>
          <label>
            <span>
              Server name <span class="muted">SNI, where it is not the host</span>
            </span>
            <input spellcheck={false} placeholder="shop.test" {...field('serverName')} />
          </label>
          <label>
            <span>
              Repeat <span class="muted">for shares of canaries</span>
            </span>
            <input type="number" min={1} max={10000} placeholder="1" {...field('repeat')} />
          </label>
        </div>
      </details>
    </form>
  )
}
