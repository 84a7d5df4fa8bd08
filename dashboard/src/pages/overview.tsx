// How things are now, at a glance.
import { PageHead } from '../components/page-head.tsx'

export function Overview() {
  return <PageHead title="Overview" />
}
