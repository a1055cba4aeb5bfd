"""The same work for Locust: one class for each of its clients, and one whose users think."""

import random

from locust import FastHttpUser, HttpUser, between, constant, task


class Plain(HttpUser):
    wait_time = constant(0)

    @task
    def read(self):
        self.client.get(f"/customerdata/{random.randint(1, 4500)}", name="/customerdata/{id}")


class Fast(FastHttpUser):
    wait_time = constant(0)

    @task
    def read(self):
        self.client.get(f"/customerdata/{random.randint(1, 4500)}", name="/customerdata/{id}")


class Thinking(FastHttpUser):
    wait_time = between(0.5, 0.9)

    @task
    def read(self):
        self.client.get(f"/customerdata/{random.randint(1, 4500)}", name="/customerdata/{id}")
