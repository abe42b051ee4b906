"""The magic cookie of the interop tests.

To be imported before pyvider, which reads the environment once, when it is
itself imported. What the environment has already wins.
"""

import os

os.environ.setdefault("PLUGIN_MAGIC_COOKIE_KEY", "KV_INTEROP_COOKIE")
os.environ.setdefault("PLUGIN_MAGIC_COOKIE_VALUE", "c0ffee5eed")
