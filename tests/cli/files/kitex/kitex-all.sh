#! /usr/bin/env bash

kitex -module github.com/acme/shop -service acme.shop -I idl -I https://example.com/idl.git idl/shop.thrift 
kitex -module github.com/acme/shop -thrift keep_unknown_fields -gen-path api idl/bank.thrift 
kitex -module github.com/acme/shop -thrift with_field_mask -type thrift idl/base.thrift 
kitex -module github.com/acme/shop -nonsense idl/base.thrift 
