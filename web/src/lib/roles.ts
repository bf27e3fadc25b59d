// SPDX-License-Identifier: Apache-2.0
// Roles as the page shows and combines them.
import type { Role, Roles } from '../api/access'

// Holding one of the three administrators excludes every other role, and the other way round. The
// program decides; the page only does not offer what it would refuse.
export function excluded_roles(roles: Role[], held: string[]): Set<string> {
  const chosen = roles.filter((role) => held.includes(role.id))
  if (chosen.length === 0) return new Set()
  const exclusive = chosen.some((role) => role.exclusive)
  return new Set(
    roles
      .filter((role) => !held.includes(role.id) && (exclusive || role.exclusive))
      .map((role) => role.id),
  )
}

export interface RightRow {
  resource: string
  action: string
  first: boolean // of its resource
  span: number // rows of the resource, on its first one
  held: Set<string> // ids of the roles
}

export function right_rows(table: Roles): RightRow[] {
  return Object.entries(table.resources).flatMap(([resource, actions]) =>
    actions.map((action, index) => ({
      resource,
      action,
      first: index === 0,
      span: index === 0 ? actions.length : 0,
      held: new Set(
        table.roles
          .filter((role) => role.rights[resource]?.includes(action))
          .map((role) => role.id),
      ),
    })),
  )
}

// "system:read" … of a session: what a token may be given at most.
export const right_words = (rights: Record<string, string[]>) =>
  Object.entries(rights).flatMap(([resource, actions]) =>
    actions.map((action) => `${resource}:${action}`),
  )
