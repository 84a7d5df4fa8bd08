// Hot path: runs for every request of an upstream with `upstream-hash-by-subset`.
// Requests with the same text go to the same few endpoints, and to one of these by chance.
import { renderVariables, type VariableText } from '../../policies/values/variables.ts'
import { type Availability, taken } from '../availability.ts'
import type { EndpointState } from '../endpoint-state.ts'
import type { PickRequest } from '../pick-request.ts'
import type { Balancer } from './balancer.ts'
import { HashRing } from './hash-ring.ts'
import { cutIntoSubsets } from './subsets.ts'

interface Subset {
  readonly name: string
  readonly members: readonly EndpointState[]
}

/** Consistent hashing over groups of endpoints. */
export class BySubset implements Balancer {
  readonly #availability: Availability
  readonly #hashBy: VariableText
  readonly #size: number
  readonly #random: () => number
  #ring: HashRing<Subset>

  /** `size`: of a group. `random` gives numbers in [0, 1). */
  constructor(availability: Availability, hashBy: VariableText, size: number, random: () => number) {
    this.#availability = availability
    this.#hashBy = hashBy
    this.#size = size
    this.#random = random
    this.#ring = subsetRing(availability, size)
  }

  update(): void {
    this.#ring = subsetRing(this.#availability, this.#size)
  }

  pick(request: PickRequest, tried: readonly EndpointState[], now: number): EndpointState | undefined {
    const subset = this.#ring.find(renderVariables(this.#hashBy, request))
    const untried = subset?.members.filter(endpoint => !tried.includes(endpoint)) ?? []
    const usable = untried.filter(endpoint => this.#availability.isUsable(endpoint, now))
    const among = usable.length > 0 ? usable : untried
    const endpoint = among[Math.floor(this.#random() * among.length)]
    return endpoint && taken(endpoint, now)
  }
}

function subsetRing({ endpoints }: Availability, size: number): HashRing<Subset> {
  const subsets = cutIntoSubsets(endpoints, size).map((members, i) => ({ name: `set${i + 1}`, members }))
  return new HashRing(subsets, ({ name }) => name)
}
