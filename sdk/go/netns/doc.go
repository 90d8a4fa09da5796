// Linux network labs as code: network namespaces, veth pairs, bridges, VXLAN, Open vSwitch, addresses, routes, sysctls and firewalls.
package netns
