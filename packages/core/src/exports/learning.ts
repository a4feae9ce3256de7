export { HistoryStore } from '../history/history-store.ts';
export { observedSpace } from '../history/observed-space.ts';
