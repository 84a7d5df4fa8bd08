// Flags of the commands that ask a running instance.
import { type Command, InvalidArgumentError, Option } from 'commander'
import { readLiveAddress } from '../flag-values.ts'

/** `--admin` and `--admin-token-file`: which instance, and what it is shown. */
export function addAdminFlags(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--admin <host:port>',
        'admin port of the instance (default: PORTICO_ADMIN, else 127.0.0.1:10254)',
      ).argParser(text => {
        const address = readLiveAddress(text)
        if (address === undefined) throw new InvalidArgumentError('Write it as 127.0.0.1:10254.')
        return address
      }),
    )
    .addOption(
      new Option(
        '--admin-token-file <file>',
        'holds the token that the admin port asks for (default: PORTICO_ADMIN_TOKEN)',
      ).env('PORTICO_ADMIN_TOKEN_FILE'),
    )
}
