// SPDX-License-Identifier: Apache-2.0
// Saved views: the filters of a list under a name, kept in this browser for one account.
export interface View {
  name: string
  query: Record<string, string>
}

const place = (list: string, account: string) => `dengce.views.${account}.${list}`

export function read_views(list: string, account: string, store: Storage = localStorage): View[] {
  try {
    const found = JSON.parse(store.getItem(place(list, account)) ?? '[]') as View[]
    return Array.isArray(found)
      ? found.filter((one) => typeof one?.name === 'string' && typeof one.query === 'object')
      : []
  } catch {
    return []
  }
}

// A view of the same name is replaced.
export function keep_view(
  list: string,
  account: string,
  view: View,
  store: Storage = localStorage,
): View[] {
  const views = [
    ...read_views(list, account, store).filter((one) => one.name !== view.name),
    view,
  ].sort((a, b) => a.name.localeCompare(b.name, 'zh-CN'))
  store.setItem(place(list, account), JSON.stringify(views))
  return views
}

export function drop_view(
  list: string,
  account: string,
  name: string,
  store: Storage = localStorage,
): View[] {
  const views = read_views(list, account, store).filter((one) => one.name !== name)
  store.setItem(place(list, account), JSON.stringify(views))
  return views
}
