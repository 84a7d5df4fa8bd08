// What TLS clients get, host by host.
import { PageHead } from '../components/page-head.tsx'

export function Tls() {
  return <PageHead title="TLS" />
}
