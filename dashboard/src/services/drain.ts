// Taking an endpoint out of traffic, and back: both are told of, and the first can be undone.
import type { DrainAnswer } from '../../../src/admin/api/types.ts'
import { toast } from '../components/toast.tsx'
import { type ApiError, order } from '../live/api.ts'

/** Sends new requests elsewhere; those under way finish. */
export async function drain(service: string, address: string): Promise<void> {
  await act(service, address, 'drain', () =>
    toast(`${address} of ${service} is drained.`, {
      action: { label: 'Undo', run: () => void undrain(service, address) },
    }),
  )
}

/** Lets it have requests again. */
export async function undrain(service: string, address: string): Promise<void> {
  await act(service, address, 'undrain', () => toast(`${address} of ${service} gets requests again.`))
}

async function act(
  service: string,
  address: string,
  action: 'drain' | 'undrain',
  done: () => void,
): Promise<void> {
  try {
    await order<DrainAnswer>(`/api/services/${service}/endpoints/${encodeURIComponent(address)}/${action}`)
    done()
  } catch (error) {
    toast((error as ApiError).message, { tone: 'error' })
  }
}
