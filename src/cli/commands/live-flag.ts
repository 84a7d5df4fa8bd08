// Commands that can ask a running instance instead of reading manifests.
import { InvalidArgumentError, Option } from 'commander'
import { readLiveAddress } from '../flag-values.ts'

/** `--live`, with or without the address of an admin port; its value is an `AdminAddress`. */
export function liveFlag(): Option {
  return liveText().argParser(text => {
    const address = readLiveAddress(text)
    if (address === undefined) throw new InvalidArgumentError('Write it as 127.0.0.1:10254.')
    return address
  })
}

/** `--live` with its value as written: where a URL may follow, only the other words say whether it is an address. */
export function liveText(): Option {
  return new Option(
    '--live [host:port]',
    'ask the running instance with this admin port (default: PORTICO_ADMIN, else 127.0.0.1:10254)',
  )
}
