#!/bin/sh
touch /opt/c03/script
