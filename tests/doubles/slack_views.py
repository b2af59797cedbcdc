"""The double's modals and Homes: views.*, a stack of three for each person."""

from typing import Any

from tests.doubles.block_limits import view_errors
from tests.doubles.slack_state import Answer, RefusedError, State, View

STACK = 3


class Views(State):
    """Open modals. A view that was closed is gone: updating it is `not_found`."""

    def top(self, user_id: str) -> View | None:
        """The modal somebody looks at."""
        stack = self.stacks.get(user_id)
        return self.views[stack[-1]] if stack else None

    def open_over(self, user_id: str, view: Answer) -> View:
        """Lays a modal over those of somebody."""
        stack = self.stacks.setdefault(user_id, [])
        if len(stack) >= STACK:
            raise RefusedError("push_limit_reached")
        self._fits(view, "modal")
        self._unique(view, "")
        self._made += 1
        view_id = f"V{self._made}"
        root, previous = (stack[0], stack[-1]) if stack else (view_id, None)
        self.views[view_id] = View(view_id, view, self.next_ts(), user_id, root, previous)
        stack.append(view_id)
        return self.views[view_id]

    def replace_view(self, shown: View, view: Answer) -> None:
        """Shows something else in an open modal. What was filled in stays where block_id and action_id stay."""
        self._fits(view, str(shown.view["type"]))
        self._unique(view, shown.view_id)
        ids = {b.get("block_id") for b in view.get("blocks", [])}
        shown.state = {block_id: values for block_id, values in shown.state.items() if block_id in ids}
        shown.view, shown.hash = view, self.next_ts()

    def close_top(self, user_id: str) -> View:
        """Takes away the modal somebody looks at."""
        return self.views.pop(self.stacks[user_id].pop())

    def close_all(self, user_id: str) -> None:
        """Takes away all modals of somebody."""
        for view_id in self.stacks.pop(user_id, []):
            del self.views[view_id]

    def _views_open(self, given: Answer) -> Answer:
        user_id = self.exchanged(given)
        self._fits(given["view"], "modal")
        self.close_all(user_id)
        return {"view": self.open_over(user_id, given["view"]).as_slack()}

    def _views_push(self, given: Answer) -> Answer:
        user_id = self.exchanged(given)
        if not self.stacks.get(user_id):
            raise RefusedError("not_found")
        return {"view": self.open_over(user_id, given["view"]).as_slack()}

    def _views_update(self, given: Answer) -> Answer:
        view = self._wanted(given)
        if given.get("hash") and given["hash"] != view.hash:
            raise RefusedError("hash_conflict")
        self.replace_view(view, given["view"])
        return {"view": view.as_slack()}

    def _views_publish(self, given: Answer) -> Answer:
        user_id = str(given.get("user_id"))
        self._fits(given["view"], "home")
        before = self.homes.get(user_id)
        if given.get("hash") and before and given["hash"] != before.hash:
            raise RefusedError("hash_conflict")
        self.homes[user_id] = View(f"VH{user_id}", given["view"], self.next_ts(), user_id, f"VH{user_id}")
        return {"view": self.homes[user_id].as_slack()}

    def _wanted(self, given: Answer) -> View:
        external = given.get("external_id")
        for view in self.views.values():
            if view.view_id == given.get("view_id") or (external and view.view.get("external_id") == external):
                return view
        raise RefusedError("not_found")

    def _unique(self, view: Answer, view_id: str) -> None:
        external = view.get("external_id")
        if external and any(
            v.view.get("external_id") == external and v.view_id != view_id for v in self.views.values()
        ):
            raise RefusedError("duplicate_external_id")

    def _fits(self, view: Any, kind: str) -> None:
        errors = view_errors(view, kind, native=self.native)
        if errors:
            frame = any(e.startswith("view ") for e in errors)
            word = (
                "view_too_large" if "view_too_large" in errors else "invalid_arguments" if frame else "invalid_blocks"
            )
            raise RefusedError(word, errors=errors, response_metadata={"messages": errors})
