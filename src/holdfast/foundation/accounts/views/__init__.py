"""Pages about people: one's own account, links, and for administrators people, departments, roles."""
