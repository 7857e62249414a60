"""What web servers and the flask command load."""

from p2ptext.app import create_app

app = create_app()
