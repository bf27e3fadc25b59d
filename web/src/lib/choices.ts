// SPDX-License-Identifier: Apache-2.0
// Teams and systems to choose from and to name by id; read once a page, never kept beyond it.
import { computed } from 'vue'
import { all_rows, portfolio_api } from '../api/portfolio'
import { may } from './session'
import { useResource } from './use_resource'

export function useTeams() {
  const { data } = useResource(async () =>
    may('team') ? all_rows(portfolio_api.teams.list) : [],
  )
  const options = computed(() =>
    (data.value ?? []).map((team) => ({ value: team.id, label: team.name })),
  )
  const name = (id: string | null | undefined) =>
    options.value.find((one) => one.value === id)?.label ?? id ?? '—'
  return { teams: data, options, name }
}

export function useSystems() {
  const { data } = useResource(async () =>
    may('system') ? all_rows(portfolio_api.systems.list, { sort: 'number' }) : [],
  )
  const options = computed(() =>
    (data.value ?? []).map((one) => ({ value: one.id, label: `${one.number} ${one.name}` })),
  )
  const names = computed(() => new Map((data.value ?? []).map((one) => [one.id, one.name])))
  const name = (id: string | null | undefined) => names.value.get(id ?? '') ?? id ?? '—'
  return { systems: data, options, name }
}
