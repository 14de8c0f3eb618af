/** The inbox without a page around it: store, live updates, rows, texts. Plain DOM, no framework, no HTML sinks. */

export { avatar, hue, initials } from './avatar';
export { type Child, h, icon, icons, set, setText } from './dom';
export { renderHtml, safeImage, safeLink } from './html';
export { destinationOf, faceOf, type RowContext, titleOf } from './item';
export { ItemList } from './list';
export { follow } from './live';
export { type Filter, InboxStore, type Loading, type Pending, type Snapshot } from './store';
export { chooseLocale, type Texts, type Translate, translator } from './strings';
export { exactTime, relativeTime } from './time';
