// Says that what is shown is no longer of now, and what is done about it.
import { useState } from 'preact/hooks'
import { connection, reconnect } from '../live/connection.ts'
import { useNow } from '../live/use-now.ts'
import { ago } from '../words/figures.ts'
import { Icon } from './icon.tsx'

/** Nothing while all is well, and while the first connection is being made. */
export function ConnectionBanner() {
  const { state } = connection.value
  if (state === 'live' || state === 'connecting') return null
  return state === 'locked' ? <TokenForm /> : <Lost />
}

function Lost() {
  const { state, since, reason } = connection.value
  const now = useNow()
  return (
    <div class="banner is-error" role="alert">
      <Icon name="problems" />
      <p>
        <strong>
          {state === 'lost' ? 'The connection to Portico is lost.' : 'Portico sends no events.'}
        </strong>{' '}
        {reason || 'What you see is of then; the page comes back by itself.'}{' '}
        <span class="muted" aria-live="off">
          {ago(since, now)}
        </span>
      </p>
      <button type="button" onClick={() => reconnect()}>
        Try now
      </button>
    </div>
  )
}

function TokenForm() {
  const [token, setToken] = useState('')
  return (
    <form
      class="banner is-warning"
      onSubmit={event => {
        event.preventDefault()
        reconnect(token)
      }}
    >
      <Icon name="tls" />
      <p>
        <strong>This Portico asks for a token.</strong> It is in the file that was given as{' '}
        <code>--admin-token-file</code>.
      </p>
      <label>
        <span class="unseen">Token</span>
        <input
          type="password"
          autoComplete="off"
          placeholder="Token"
          value={token}
          onInput={event => setToken(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="primary">
        Unlock
      </button>
    </form>
  )
}
