// SPDX-License-Identifier: Apache-2.0
// Who is signed in, what they may do, and when the session ends for want of use.
import { computed, reactive, shallowRef } from 'vue'
import { access_api, type Session, type SignInState, type Step } from '../api/access'
import { ApiError, as_api_error, door } from '../api/client'
import { forget_systems } from './shell'

export const session = shallowRef<Session | null>(null)
// asking: before the first answer; offline: it never came.
export const sign_in = reactive({
  state: 'asking' as 'asking' | 'offline' | 'signed_out' | SignInState,
  ended: false,
})
export const signed_in = computed(() => sign_in.state === 'signed_in' && session.value !== null)

let idle_length = 0 // milliseconds without a request after which the program ends the session
export const idle = reactive({ until: Number.POSITIVE_INFINITY })
let last_account = ''

door.on_answer = () => {
  if (idle_length > 0) idle.until = Date.now() + idle_length
}
door.on_refused = () => {
  if (sign_in.state !== 'signed_in') return
  session.value = null
  forget_systems()
  sign_in.state = 'signed_out'
  sign_in.ended = true
}

// The clock of the browser may be wrong: only the distance to the program's own time counts.
export function idle_milliseconds(now: string | null, here: number, until: string): number {
  const server = now ? Date.parse(now) : Number.NaN
  return Math.max(0, Date.parse(until) - (Number.isNaN(server) ? here : server))
}

export async function load_session(): Promise<void> {
  try {
    const response = await access_api.session()
    const found = (await response.json()) as Session
    door.csrf = found.csrf
    if (found.state === 'signed_in') {
      // Nothing of one person's pages may be left for another.
      if (last_account && last_account !== found.account.id) window.location.replace('/')
      last_account = found.account.id
      idle_length = idle_milliseconds(
        response.headers.get('Date'),
        Date.now(),
        found.idle_expires,
      )
      idle.until = Date.now() + idle_length
      session.value = found
      sign_in.ended = false
    }
    sign_in.state = found.state
  } catch (problem) {
    const error = as_api_error(problem)
    if (error.status === 401) {
      door.on_refused()
      sign_in.state = 'signed_out'
    } else if (sign_in.state === 'asking' || sign_in.state === 'offline') {
      sign_in.state = 'offline'
      throw error
    } else {
      throw error
    }
  }
}

export async function take_step(step: Step): Promise<void> {
  door.csrf = step.csrf
  if (step.state === 'signed_in') await load_session()
  else sign_in.state = step.state
}

export async function sign_out(): Promise<void> {
  try {
    await access_api.sign_out()
  } catch (problem) {
    // Gone already is as good; but an unreachable program would leave the session open.
    if (!(problem instanceof ApiError) || problem.status !== 401) throw problem
  }
  // Loading anew leaves nothing of the session in memory.
  window.location.replace('/')
}

export const may = (resource: string, action = 'read') =>
  session.value?.rights[resource]?.includes(action) ?? false
