// Commands that can ask a running instance instead of reading manifests.
import { InvalidArgumentError, Option } from 'commander'
import { readAdminAddress } from '../flag-values.ts'

/** `--live`, with or without the address of an admin port; its value is an `AdminAddress`. */
export function liveFlag(): Option {
  const description =
    'ask the running instance with this admin port (default: PORTICO_ADMIN, else 127.0.0.1:10254)'
  return new Option('--live [host:port]', description).argParser(readLiveAddress)
}

function readLiveAddress(text: string): { host: string; port: number } {
  const address = readAdminAddress(text)
  if (address === 'off') throw new InvalidArgumentError('Write it as 127.0.0.1:10254.')
  return address
}
