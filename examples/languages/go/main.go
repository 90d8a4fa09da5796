// Two labs: one resource by resource, one in few lines.
package main

import (
	"pulumi-netns/sdk/go/netns"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		if err := cable(ctx); err != nil {
			return err
		}
		return few(ctx)
	})
}

// Two hosts joined by a cable.
func cable(ctx *pulumi.Context) error {
	net0, err := netns.NewNamespace(ctx, "net0", nil)
	if err != nil {
		return err
	}
	net1, err := netns.NewNamespace(ctx, "net1", nil)
	if err != nil {
		return err
	}
	link, err := netns.NewVethPair(ctx, "link", &netns.VethPairArgs{
		A: netns.VethEndArgs{Name: pulumi.String("veth0"), Namespace: net0.Name},
		B: netns.VethEndArgs{Name: pulumi.String("veth1"), Namespace: net1.Name},
	})
	if err != nil {
		return err
	}
	if _, err := netns.NewAddress(ctx, "left", &netns.AddressArgs{
		Namespace: net0.Name, Device: link.A.Name(), Address: pulumi.String("10.0.1.1/24"),
	}); err != nil {
		return err
	}
	_, err = netns.NewAddress(ctx, "right", &netns.AddressArgs{
		Namespace: net1.Name, Device: link.B.Name(), Address: pulumi.String("10.0.1.2/24"),
	})
	return err
}

// Two hosts on a switch, and a router to a server.
func few(ctx *pulumi.Context) error {
	lab := netns.LabOutput(ctx, netns.LabOutputArgs{
		Hosts: netns.LabHostMap{"r": netns.LabHostArgs{Forwarding: pulumi.Bool(true)}},
		Switches: netns.LabSwitchMap{"s1": netns.LabSwitchArgs{
			Hosts: pulumi.ToStringArray([]string{"h1", "h2", "r"}), Subnet: pulumi.String("10.0.2.0/24"),
		}},
		Links: netns.LabLinkArray{netns.LabLinkArgs{
			Between: pulumi.ToStringArray([]string{"r", "server"}), Subnet: pulumi.String("192.0.2.0/30"),
		}},
	})
	if _, err := netns.NewTopology(ctx, "lab", lab.Topology().Args()); err != nil {
		return err
	}
	ctx.Export("server", lab.Hosts().MapIndex(pulumi.String("server")).Ipv4())
	return nil
}
