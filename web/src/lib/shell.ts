// SPDX-License-Identifier: Apache-2.0
// What the frame around the pages knows: the systems, the assessment that is open, demo data or not.
import { computed, reactive, ref, shallowRef } from 'vue'
import { api } from '../api/client'
import type { SystemList } from '../api/types'

const kept = 'dengce.theme'

export const shell = reactive({ demo: false, dark: false })

const list = shallowRef<SystemList | null>(null)
const current = ref('')

// Fetched anew by the list page, shared with the navigation.
export async function load_systems(signal?: AbortSignal): Promise<SystemList> {
  list.value = await api.systems(signal)
  return list.value
}

export function forget_systems() {
  list.value = null
  current.value = ''
  shell.demo = false
}

export const systems_known = computed(() => list.value !== null)

export function open_assessment(id: string) {
  current.value = id
}

// The assessment that is open, else the first one with a result.
export const assessment = computed(() => {
  const all = (list.value?.systems ?? []).flatMap((system) =>
    system.assessments.map((head) => ({ id: head.id, system, head })),
  )
  return all.find((one) => one.id === current.value) ?? all.find((one) => one.head.snapshot) ?? null
})

export function use_theme(dark: boolean) {
  shell.dark = dark
  document.documentElement.classList.toggle('dark', dark)
}

export function keep_theme(dark: boolean) {
  localStorage.setItem(kept, dark ? 'dark' : 'light')
  use_theme(dark)
}

export function start_theme() {
  const chosen = localStorage.getItem(kept)
  use_theme(chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches)
}
