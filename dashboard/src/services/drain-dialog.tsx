// Asks before an endpoint is drained, and says what follows.
import type { EndpointView, ServiceView } from '../../../src/admin/api/types.ts'
import { Dialog } from '../components/dialog.tsx'
import { counted } from '../words/figures.ts'
import { drain } from './drain.ts'

/** `onDone` is called when it was done, or refused. */
export function DrainDialog(props: {
  readonly service: ServiceView
  readonly endpoint: EndpointView
  readonly onClose: () => void
  readonly onDone: () => void
}) {
  const { service, endpoint, onClose } = props
  const others = service.endpoints.filter(
    ({ address, state }) => state === 'ready' && address !== endpoint.address,
  ).length
  const confirm = () => {
    onClose()
    void drain(service.service, endpoint.address).then(props.onDone)
  }
  return (
    <Dialog
      title={`Drain ${endpoint.address}?`}
      onClose={onClose}
      actions={
        <>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="button" class="danger" onClick={confirm}>
            Drain
          </button>
        </>
      }
    >
      <p>
        {others === 0 ? (
          <strong class="error-text">
            No other endpoint of {service.service} gets requests: they will be answered with 503.
          </strong>
        ) : (
          <>
            New requests for {service.service} go to {counted(others, 'other endpoint')}.
          </>
        )}
      </p>
      <p class="muted">
        {endpoint.inFlight === 0
          ? 'None is under way there.'
          : `${counted(endpoint.inFlight, 'request')} under way there will finish.`}{' '}
        It stays out until it is undrained, or Portico is started anew.
      </p>
    </Dialog>
  )
}
